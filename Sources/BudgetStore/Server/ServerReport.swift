// What a look at a Redis found, for people: INFO tells it, and `budgetctl doctor` judges it.

import Foundation

/// The facts of one look.
public struct ServerReport: Sendable {
    public let version: String
    public let role: String
    public let maxMemoryPolicy: String
    public let isAppendOnly: Bool
    /// `appendfsync`; nil where Redis doesn't let us ask and nothing is assumed.
    public let fsync: String?
    /// `no-appendfsync-on-rewrite`; nil where Redis doesn't let us ask.
    public let pausesFsync: Bool?
    /// Whether the last write to the append-only file succeeded, and the last snapshot.
    public let canWrite: Bool
    public let replicas: Int
    /// `min-replicas-to-write`; nil where Redis doesn't let us ask.
    public let minReplicas: Int?
    /// Redis's clock minus this machine's, in milliseconds.
    public let skewMs: Int64
    public let usedBytes: Int64
    /// `maxmemory`; 0 for none.
    public let maxBytes: Int64
    /// The memory of its machine; 0 where it doesn't tell.
    public let systemBytes: Int64
    /// When the look was, Unix time in milliseconds by this machine's clock.
    public let lookedAt: Int64

    init(_ facts: ServerFacts, _ rules: ServerRules) {
        func whole(_ text: String?) -> Int64 { text.flatMap { Int64($0) } ?? 0 }
        let info = facts.info
        version = info["redis_version"] ?? "?"
        role = info["role"] ?? "?"
        maxMemoryPolicy = info["maxmemory_policy"] ?? "?"
        isAppendOnly = info["aof_enabled"] == "1"
        fsync = facts.settings?["appendfsync"] ?? rules.assumedFsync?.rawValue
        pausesFsync = facts.settings?["no-appendfsync-on-rewrite"].map { $0 == "yes" }
        // A snapshot that failed refuses writes too, where snapshots are wanted.
        let hasSaved =
            facts.settings?["save"] ?? "" == "" || info["rdb_last_bgsave_status"] ?? "ok" == "ok"
        canWrite = info["aof_last_write_status"] ?? "ok" == "ok" && hasSaved
        replicas = Int(whole(info["connected_slaves"]))
        minReplicas = facts.settings?["min-replicas-to-write"].flatMap { Int($0) }
        skewMs = facts.skewMs
        usedBytes = whole(info["used_memory"])
        maxBytes = whole(info["maxmemory"])
        systemBytes = whole(info["total_system_memory"])
        lookedAt = Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// Whether anything can be written, by its memory, its disk and its replicas.
    public var takesWrites: Bool {
        canWrite && (maxBytes == 0 || usedBytes < maxBytes) && replicas >= minReplicas ?? 0
    }
}
