// What a tenant's keys hold, read from outside.

import BudgetModel
import RESP
import TestSupport

@testable import BudgetStore

struct RedisBooks {
    /// One line of the journal.
    struct Line: Equatable {
        var sequence: Sequence
        var now: Int64
        var key: String
        var text: String
    }

    let connection: BlockingConnection
    let prefix: String

    init(_ redis: TestRedis, tenant: String) throws {
        connection = try BlockingConnection(unixPath: redis.socketPath)
        prefix = Keys.prefix(tenant)
    }

    func ask(_ arguments: String...) throws -> RESPValue { try connection.command(arguments) }

    /// The tenant's keys that go on so, by their bytes.
    func keys(_ kind: String) throws -> [String] {
        let start = Array((prefix + kind).utf8)
        return try (ask("KEYS", "*").array ?? []).compactMap(\.string).filter {
            $0.utf8.starts(with: start)
        }
    }

    func hash(_ key: String) throws -> [ExactName: String] {
        var fields: [ExactName: String] = [:]
        for entry in try ask("HGETALL", key).entries ?? [] {
            fields[ExactName(entry.key.string ?? "?")] = entry.value.string
        }
        return fields
    }

    func members(_ key: String) throws -> [String: Int64] {
        let reply = try ask("ZRANGE", key, "0", "-1", "WITHSCORES")
        var scores: [String: Int64] = [:]
        for entry in reply.entries ?? [] {
            scores[entry.key.string ?? "?"] = entry.value.integer
        }
        return scores
    }

    /// An entry of the stream holds the lines of one step; its id is the number of the last.
    func journal() throws -> [Line] {
        var lines: [Line] = []
        for entry in try ask("XRANGE", Keys.journal(prefix), "-", "+").array ?? [] {
            guard let id = entry[0]?.string.flatMap({ Sequence(text: $0) }),
                let fields = entry[1]?.array, fields.count >= 4, fields[0].string == "at",
                let now = fields[1].integer
            else { continue }
            let count = fields.count / 2 - 1
            for index in 1...count {
                lines.append(
                    Line(
                        sequence: id.advanced(by: Int64(index - count)), now: now,
                        key: fields[2 * index].string ?? "",
                        text: fields[2 * index + 1].string ?? ""))
            }
        }
        return lines
    }
}

extension Keys {
    static func record(_ prefix: String, _ digest: String) -> String {
        var key = ByteText()
        record(prefix, digest, to: &key)
        return key.text
    }
}
