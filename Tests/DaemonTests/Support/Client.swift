// A client of the daemon: requests as lines of words, as one types them into redis-cli.

import NIOCore
import RESP
import TestSupport

/// One connection; used by one thread at a time.
final class Client {
    private let connection: BlockingConnection

    init(_ path: String) throws {
        connection = try BlockingConnection(unixPath: path)
    }

    /// Over TCP, to this machine.
    init(port: UInt16) throws {
        connection = try BlockingConnection(port: port)
    }

    /// A request of words parted by blanks.
    func ask(_ line: String) throws -> RESPValue { try ask(Self.words(line)) }

    /// A request of words that may contain anything.
    func ask(_ words: [String]) throws -> RESPValue { try connection.command(words) }

    /// A request of any bytes.
    func ask(bytes: [[UInt8]]) throws -> RESPValue {
        var writer = CommandWriter()
        writer.begin(argumentCount: bytes.count)
        for argument in bytes { writer.argument(argument) }
        try connection.write(writer.buffer)
        return try connection.read()
    }

    /// Requests sent all at once, then their answers.
    func pipeline(_ lines: [String]) throws -> [RESPValue] {
        try send(lines)
        return try lines.map { _ in try connection.read() }
    }

    /// Sends requests without waiting for answers.
    func send(_ lines: [String]) throws {
        var writer = CommandWriter()
        for line in lines { writer.command(Self.words(line)) }
        try connection.write(writer.buffer)
    }

    /// The next answer.
    func read() throws -> RESPValue { try connection.read() }

    static func words(_ line: String) -> [String] {
        line.split { $0 == " " || $0 == "\n" }.map(String.init)
    }
}

extension RESPValue {
    /// A field's text, whole number or "null"; nil where there is no such field.
    func text(_ field: String) -> String? {
        guard let value = self[field] else { return nil }
        if value.isNull { return "null" }
        return value.string ?? value.integer.map { "\($0)" }
    }

    /// Whether a decision allows.
    var isAllowed: Bool { text("decision") == "allow" }

    /// The maps of a field that is a list of them.
    func maps(_ field: String) -> [RESPValue] { self[field]?.array ?? [] }

    /// The texts of a field that is a list of them.
    func list(_ field: String) -> [String] { maps(field).compactMap(\.string) }

    /// The names of a map's fields, in order.
    var fieldNames: [String] { entries?.compactMap(\.key.string) ?? [] }

    /// The row of USAGE's limits with that name.
    func limit(_ name: String) -> RESPValue? {
        self["limits"]?.array?.first { $0.text("limit") == name }
    }

    /// `spent held remaining` of a limit of USAGE.
    func standing(_ name: String) -> String? {
        guard let row = limit(name), let spent = row.text("spent"), let held = row.text("held"),
            let remaining = row.text("remaining")
        else { return nil }
        return "\(spent) \(held) \(remaining)"
    }
}
