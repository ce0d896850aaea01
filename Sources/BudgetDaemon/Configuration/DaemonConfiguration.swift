// Where the daemon finds what it needs. Everything has a default, so that `budgetd` alone runs.

public import Logging
import Foundation
public import RedisClient
public import SocketAPI

/// What an operator can set.
public struct DaemonConfiguration: Sendable {
    /// When an own Redis writes to disk.
    public typealias Durability = EmbeddedRedis.Configuration.Durability
    /// Where a Redis is.
    public typealias Redis = RedisEndpoint

    /// The policy file.
    public var policyPath: String
    /// Where the witness and, with an embedded Redis, its data live.
    public var stateDirectory: String
    public var socketPath: String
    /// Which peers of the socket may do what.
    public var roles = PeerRoles()
    /// Where TCP clients are served; nil for nowhere.
    public var listen: ListenConfiguration?
    /// The Redis to use; nil starts one of our own.
    public var redis: RedisEndpoint?
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
    /// The forms of a Redis's address, as messages name them.
    public static let endpointForms = "unix:/path or redis://127.0.0.1:6379"

    /// `always` or `everysec`, or nil.
    public static func durability(named name: String) -> Durability? { .init(rawValue: name) }

    /// The Redis that a text names: `unix:/path`, or `redis://host:port` on this machine.
    ///
    /// - Returns: nil for anything else; a plain connection leaves the machine for nobody.
    public static func endpoint(_ text: String) -> RedisEndpoint? {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(text.hasPrefix("unix://") ? 7 : 5)
            return path.isEmpty ? nil : .unix(path: String(path))
        }
        guard text.hasPrefix("redis://"), let url = URLComponents(string: text),
            let host = url.host, ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
        else { return nil }
        return .tcp(host: host, port: url.port ?? 6379)
    }
}
