// A daemon with a TCP listener of its own and tokens that a test changes.

import AccessTokens
import BudgetService
import Foundation
import TestSupport

/// A daemon that is configured by a file.
struct TokenDaemon {
    let daemon: TestDaemon
    let port: UInt16
    private let path: String

    var client: Client { get throws { try Client(port: port) } }

    /// - Parameters:
    ///   - listen: more settings of `listen`, each behind a comma.
    ///   - tokens: the first tokens.
    ///   - redis: the Redis to use in place of an embedded one.
    init(
        policy: String = Policies.hasty, listen: String = "", tokens: TokenFile = TokenFile(),
        usesTokens: Bool = true, redis: TestRedis? = nil
    ) throws {
        port = try LoopbackPort.free()
        daemon = try TestDaemon(policy: policy, redis: redis, isStarted: false)
        path = daemon.directory.path + "/tokens"
        try tokens.write(path: path)
        let own = usesTokens ? ", tokens: tokens" : ""
        let file = try daemon.directory.write(
            "budgetd.yaml",
            "listen: { address: \"127.0.0.1:\(port)\"\(own)\(listen) }\n")
        try daemon.start(["--config", file])
    }

    /// Changes the tokens and sends the signal that makes them felt at once.
    func write(_ tokens: TokenFile) throws {
        try tokens.write(path: path)
        try daemon.process.signal(SIGHUP)
    }
}

/// Seconds since 1970.
func wallClock() -> Int64 { Int64(Date().timeIntervalSince1970) }
