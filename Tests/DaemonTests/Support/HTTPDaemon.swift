// A daemon with both listeners of the HTTP API, and a token of each role.

import AccessTokens
import BudgetService
import Foundation
import TestSupport

/// A daemon that is asked over HTTP.
struct HTTPDaemon {
    let daemon: TestDaemon
    let port: UInt16
    /// Tokens that are bound to the tenant `acme`.
    static let bound: [(name: String, role: Role)] = [
        ("acme", .worker), ("watch", .ops), ("boss", .admin),
    ]
    /// By role, and by name those that are bound.
    let secrets: [String: String]

    /// A new connection to the unix socket, as the user who runs the tests: an admin.
    var client: HTTPClient { get throws { try HTTPClient(unixPath: path) } }
    /// A new connection to the TCP listener, where nobody is known.
    var stranger: HTTPClient { get throws { try HTTPClient(port: port) } }
    var path: String { daemon.directory.path + "/h.sock" }

    /// - Parameters:
    ///   - http: more settings of `http`, each behind a comma.
    ///   - more: more of the file.
    init(
        policy: String = Policies.hasty, http: String = "", more: String = "",
        redis: TestRedis? = nil
    ) throws {
        port = try LoopbackPort.free()
        daemon = try TestDaemon(policy: policy, redis: redis, isStarted: false)
        var tokens = TokenFile()
        var secrets: [String: String] = [:]
        for role in Role.allCases {
            secrets[role.name] = try tokens.create(
                name: role.name, role: role, now: wallClock()
            ).revealed
        }
        for (name, role) in Self.bound {
            secrets[name] = try tokens.create(
                name: name, role: role, tenant: "acme", now: wallClock()
            ).revealed
        }
        self.secrets = secrets
        try tokens.write(path: daemon.directory.path + "/tokens")
        let file = try daemon.directory.write(
            "budgetd.yaml",
            "http: { socket: h.sock, address: \"127.0.0.1:\(port)\", tokens: tokens\(http) }\n"
                + more)
        try daemon.start(["--config", file])
    }

    /// A request by a token's name, over a TCP connection of its own.
    func send(
        as name: String, _ method: String, _ target: String, key: String? = nil, body: String = ""
    ) throws -> HTTPAnswer {
        try stranger.send(method, target, headers: headers(name, key), body: body)
    }

    /// A token's header, and a key's.
    func headers(_ name: String, _ key: String? = nil) -> [String: String] {
        var headers = ["Authorization": "Bearer \(secrets[name] ?? name)"]
        headers["Idempotency-Key"] = key
        return headers
    }
}
