// A daemon before a Redis of its own, and budgetctl as it is built, run against it.

import Foundation
import RESP
import TestSupport

/// What a run of budgetctl left behind.
struct Ran {
    let status: Int32?
    let output: String
    let errors: String

    /// Its output read as JSON.
    var json: [String: Any] {
        let value = try? JSONSerialization.jsonObject(with: Data(output.utf8))
        return value as? [String: Any] ?? [:]
    }

    /// A list of maps of the JSON.
    func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }
}

/// Why there is no daemon to test with.
struct NotReady: Error {
    let log: String
}

/// One daemon and its Redis, gone when the test lets go of it.
// Unchecked, since what is not Sendable in it is set once and asked over new connections.
final class Bench: @unchecked Sendable {
    static let policy = """
        version: 1
        limits:
          - { name: daily, per: [user], window: day, measure: tokens, cap: 100_000 }
          - { name: session, per: [session], window: lifetime, idle: 24h, measure: cost, cap: 0.50 }
          - { name: hourly, per: [user], window: rolling 60m, measure: cost, cap: 100 }
          - { name: rate, per: [agent], window: bucket, rate: 600/m, burst: 200, measure: calls }
          - { name: loop, per: [run], window: lifetime, measure: calls, cap: 1000 }
          - { name: flight, per: [run], window: lifetime, measure: in_flight, cap: 100 }
          - { name: fan, per: [run], window: lifetime, measure: tasks, cap: 100 }
        reservations: { ttl: 60s, grace: 0s, max_ttl: 1h, on_expire: release }
        prices: [prices.yaml]
        """

    static let prices = """
        prices:
          - model: gpt-4o
            provider: openai
            from: 2026-01-01
            per_million: { input: 2.50, output: 10.00, cache_read: 1.25 }
        """

    let redis: TestRedis
    let directory: TestDirectory
    private let daemon: TestProcess

    var socketPath: String { directory.path + "/b.sock" }

    init(policy: String = Bench.policy) throws {
        redis = try TestRedis()
        directory = try TestDirectory()
        try directory.write("prices.yaml", Self.prices)
        let path = directory.path
        daemon = try TestProcess(
            [
                Self.program("budgetd"), "--policy", try directory.write("policy.yaml", policy),
                "--state", path + "/state", "--socket", path + "/b.sock",
                "--redis", "unix:" + redis.socketPath, "--redis-allow", "appendonly",
            ], directory: path, output: path + "/out", errors: path + "/err")
        for _ in 0..<5000 {
            // PING is answered before its Redis is.
            if let answer = try? ask("USAGE"), answer.errorCode == nil { return }
            usleep(2000)
        }
        throw NotReady(log: directory.text("err"))
    }

    deinit { daemon.kill() }

    static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// A program that was built beside the one that runs the tests.
    static func program(_ name: String) -> String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return ((own ?? "") as NSString).deletingLastPathComponent + "/" + name
    }

    /// One request of words parted by blanks, to the daemon.
    @discardableResult
    func ask(_ line: String) throws -> RESPValue {
        try ask(line.split(separator: " ").map(String.init))
    }

    /// The same of words.
    func ask(_ words: [String]) throws -> RESPValue {
        try BlockingConnection(unixPath: socketPath).command(words)
    }

    /// budgetctl with these arguments, and the daemon's socket.
    func control(_ arguments: [String]) throws -> Ran {
        try Self.control(arguments + ["--socket", socketPath])
    }

    /// budgetctl with words parted by blanks, and the daemon's socket.
    func control(_ line: String) throws -> Ran {
        try control(line.split(separator: " ").map(String.init))
    }

    /// budgetctl with exactly these arguments.
    static func control(_ arguments: [String]) throws -> Ran {
        let directory = try TestDirectory()
        let process = try TestProcess(
            ["env", "-u", "BUDGETD_SOCKET", program("budgetctl")] + arguments,
            directory: directory.path, output: directory.path + "/out",
            errors: directory.path + "/err")
        var status: Int32?
        if case .exit(let code)? = process.waitForEnd(seconds: 60) { status = code }
        process.kill()
        return Ran(
            status: status, output: directory.text("out"), errors: directory.text("err"))
    }
}
