// A blocking reader of server-sent events: a request, its head, then one event after the other.

import Foundation
import NIOCore

/// One stream of events.
public final class HTTPEvents {
    private let socket: BlockingSocket
    /// 200, 401, …
    public private(set) var status = 0
    /// By their names in lower case.
    public private(set) var headers: [String: String] = [:]
    /// What came and was not read yet: chunks first, then what is in them.
    private var chunks = ""
    private var text = ""

    /// Asks on a port of 127.0.0.1, and waits for the reply's head.
    public init(port: UInt16, _ target: String, headers: [String: String] = [:]) throws {
        socket = try BlockingSocket(port: port)
        let lines =
            ["GET \(target) HTTP/1.1", "Host: budgetd"] + headers.map { "\($0.key): \($0.value)" }
        try socket.write(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
        while !chunks.contains("\r\n\r\n") { guard try receive() else { break } }
        let parts = chunks.split(separator: "\r\n\r\n", maxSplits: 1)
        let head = (parts.first ?? "").split(separator: "\r\n")
        status = head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            self.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                .trimmingCharacters(in: .whitespaces)
        }
        chunks = parts.count > 1 ? String(parts[1]) : ""
    }

    /// The next event, comments left out: its fields by name. Nil where the stream is at its end,
    /// as the server said.
    ///
    /// - Throws: where the connection ends without.
    public func next() throws -> [String: String]? {
        while true {
            guard let end = text.range(of: "\n\n") else {
                guard try readChunk() else { return nil }
                continue
            }
            let block = text[..<end.lowerBound]
            text = String(text[end.upperBound...])
            var fields: [String: String] = [:]
            for line in block.split(separator: "\n") where !line.hasPrefix(":") {
                let pair = line.split(separator: ":", maxSplits: 1)
                fields[String(pair[0])] = pair.count > 1 ? String(pair[1].dropFirst()) : ""
            }
            if !fields.isEmpty { return fields }
        }
    }

    /// Reads so long that the server may believe that somebody does, and no more.
    private func readChunk() throws -> Bool {
        while true {
            if let line = chunks.range(of: "\r\n"),
                let size = Int(chunks[..<line.lowerBound], radix: 16)
            {
                guard size > 0 else { return false }
                let rest = chunks[line.upperBound...].utf8
                if rest.count >= size + 2 {
                    text += String(decoding: rest.prefix(size), as: UTF8.self)
                    chunks = String(decoding: rest.dropFirst(size + 2), as: UTF8.self)
                    return true
                }
            }
            guard try receive() else {
                throw TestRedis.Failure(description: "the stream broke off after \(chunks)")
            }
        }
    }

    private func receive() throws -> Bool {
        let bytes = try socket.read()
        chunks += String(buffer: bytes)
        return bytes.readableBytes > 0
    }
}
