// A blocking HTTP/1.1 client of a few lines: one connection, a request after the other, every byte
// of a request as the test wants it.

import Foundation
import NIOCore

/// What came back.
public struct HTTPAnswer: Sendable {
    /// 200, 402, …
    public let status: Int
    /// By their names in lower case.
    public let headers: [String: String]
    /// As it came.
    public let body: String

    /// The body as JSON; an object's members, or none.
    public var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }

    /// A member's text, whole number or "null"; nil where there is no such member.
    public func text(_ name: String) -> String? {
        guard let value = json[name] else { return nil }
        if value is NSNull { return "null" }
        return value as? String ?? (value as? NSNumber).map { "\($0)" }
    }
}

/// One connection.
public final class HTTPClient {
    private let socket: BlockingSocket
    private var received = ""

    /// Connects to a unix socket.
    public init(unixPath: String) throws { socket = try BlockingSocket(unixPath: unixPath) }

    /// Connects to a port of 127.0.0.1.
    public init(port: UInt16) throws { socket = try BlockingSocket(port: port) }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameter body: JSON, unless the headers say otherwise.
    public func send(
        _ method: String, _ target: String, headers: [String: String] = [:], body: String = ""
    ) throws -> HTTPAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: budgetd"]
        lines += headers.map { "\($0.key): \($0.value)" }
        if !body.isEmpty {
            lines.append("Content-Length: \(body.utf8.count)")
            if headers["Content-Type"] == nil { lines.append("Content-Type: application/json") }
        }
        return try send(raw: lines.joined(separator: "\r\n") + "\r\n\r\n" + body, method)
    }

    /// Sends bytes as they are, and waits for nothing.
    public func write(raw: String) throws { try socket.write(ByteBuffer(string: raw)) }

    /// Sends bytes as they are, and waits for an answer.
    public func send(raw: String, _ method: String = "GET") throws -> HTTPAnswer {
        try write(raw: raw)
        while !received.contains("\r\n\r\n") { try receive() }
        let end = received.range(of: "\r\n\r\n")
        let head = received[..<(end?.lowerBound ?? received.startIndex)]
            .components(separatedBy: "\r\n")
        received = String(received[(end?.upperBound ?? received.startIndex)...])
        var headers: [String: String] = [:]
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                .trimmingCharacters(in: .whitespaces)
        }
        let length = method == "HEAD" ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        while received.utf8.count < length { try receive() }
        let body = String(decoding: received.utf8.prefix(length), as: UTF8.self)
        received = String(decoding: received.utf8.dropFirst(length), as: UTF8.self)
        let status = head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return HTTPAnswer(status: status ?? 0, headers: headers, body: body)
    }

    private func receive() throws {
        let bytes = try socket.read()
        guard bytes.readableBytes > 0 else {
            throw TestRedis.Failure(description: "end of file, after \(received)")
        }
        received += String(buffer: bytes)
    }
}
