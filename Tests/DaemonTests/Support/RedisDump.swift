// All that a Redis has, for comparing before and after.

import RESP
import TestSupport

/// Every key with its value as Redis serialises it, and when it expires.
struct RedisDump: Equatable {
    struct Entry: Equatable {
        let bytes: RESPValue
        let expiry: Int64
    }

    let entries: [String: Entry]

    init(_ redis: TestRedis) throws {
        let connection = try BlockingConnection(unixPath: redis.socketPath)
        var entries: [String: Entry] = [:]
        // The daemons' heartbeat changes all the time, whatever is asked of them.
        for key in try connection.command(["KEYS", "*"]).array?.compactMap(\.string) ?? []
        where key != "b:daemons" {
            entries[key] = Entry(
                bytes: try connection.command(["DUMP", key]),
                expiry: try connection.command(["PEXPIRETIME", key]).integer ?? 0)
        }
        self.entries = entries
    }

    var keys: Set<String> { Set(entries.keys) }

    /// The keys that are not the same in another dump.
    func changes(to other: RedisDump) -> Set<String> {
        keys.union(other.keys).filter { entries[$0] != other.entries[$0] }
    }
}
