// Where the daemon finds what it needs. Everything has a default, so that `budgetd` alone runs.

import BudgetStore
import Foundation
public import Listeners
public import Logging
public import RedisClient

/// What an operator can set.
public struct DaemonConfiguration: Sendable {
    /// When an own Redis writes to disk.
    public typealias Durability = EmbeddedRedis.Configuration.Durability

    /// The policy file.
    public var policyPath: String
    /// Where the witness and, with an embedded Redis, its data live.
    public var stateDirectory: String
    public var socketPath: String
    /// The permissions of the socket's file: who may write to it may connect.
    public var socketMode: UInt32 = 0o660
    /// The group of the socket's file; nil for the daemon's own.
    public var socketGroup: UInt32?
    /// Which peers of the socket may do what.
    public var roles = PeerRoles()
    /// Where TCP clients are served; nil for nowhere.
    public var listen: ListenConfiguration?
    /// Where the HTTP API is served; nil for nowhere.
    public var http: HTTPListenConfiguration?
    /// The Redis to use; nil starts one of our own.
    public var redis: RedisConfiguration?
    /// How durable the embedded Redis is.
    public var durability = Durability.always
    /// Event loops, each with a connection to Redis of its own.
    public var threads = 1
    /// Begin a new epoch where Redis turns out to have lost data.
    public var acceptsLoss = false
    public var logLevel = Logger.Level.info

    public init(policyPath: String, stateDirectory: String? = nil, socketPath: String? = nil) {
        self.policyPath = policyPath
        let state = stateDirectory ?? Self.defaultStateDirectory
        self.stateDirectory = state
        self.socketPath = socketPath ?? Self.defaultSocketPath(state)
    }

    /// systemd's, or the system's for root, or the user's own.
    static var defaultStateDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        if let given = environment["STATE_DIRECTORY"] { return given }
        if geteuid() == 0 { return "/var/lib/budgetd" }
        let home = environment["HOME"] ?? "."
        return (environment["XDG_STATE_HOME"] ?? home + "/.local/state") + "/budgetd"
    }

    static func defaultSocketPath(_ state: String) -> String {
        let environment = ProcessInfo.processInfo.environment
        if let given = environment["RUNTIME_DIRECTORY"] { return given + "/budgetd.sock" }
        if geteuid() == 0 { return "/run/budgetd/budgetd.sock" }
        return (environment["XDG_RUNTIME_DIR"] ?? state) + "/budgetd.sock"
    }

    var witnessPath: String { stateDirectory + "/witness" }
    var redisDirectory: String { stateDirectory + "/redis" }
}

extension DaemonConfiguration {
    /// How many event loops there may be: more than a big machine has cores only cost memory.
    public static let threadRange = 1...64
    /// What the system takes for a unix socket's path.
    static let maxSocketPathBytes = 107

    /// `always` or `everysec`, or nil.
    public static func durability(named name: String) -> Durability? { .init(rawValue: name) }

    /// The Redis that a text names; the rest of its settings is the file's, where that has any.
    ///
    /// - Returns: nil where the text is no address, or plain text would leave the machine.
    public static func redis(
        _ text: String, over file: RedisConfiguration?
    ) throws -> RedisConfiguration? {
        guard let address = RedisConfiguration.address(text) else { return nil }
        var redis = file ?? RedisConfiguration(address)
        redis.address = address
        redis.tls = address.isEncrypted ? try redis.tls ?? RedisTLS() : nil
        if redis.credentials == nil,
            let password = ProcessInfo.processInfo.environment[RedisConfiguration.passwordVariable]
        {
            redis.credentials = RedisCredentials(password: password)
        }
        return redis.isExposed ? nil : redis
    }

    /// The names that `waive` takes.
    public static let waiverNames = ServerRules.Waiver.allCases.map(\.rawValue)

    /// Asks less of the Redis of the operator's own.
    ///
    /// - Returns: false where there is no such thing to waive.
    public mutating func waive(_ name: String) -> Bool {
        guard let waiver = ServerRules.Waiver(rawValue: name) else { return false }
        redis?.rules.waivers.insert(waiver)
        return true
    }
}
