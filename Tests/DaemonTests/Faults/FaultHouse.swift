// Two daemons before one Redis that keeps what it acknowledges, with a proxy before the Redis and
// one before the first daemon: what faults strike.

import Foundation
import RESP
import TestSupport

/// All of it is gone when the test lets go of it.
final class FaultHouse {
    let redis: TestRedis
    /// Between the daemons and Redis.
    let redisProxy: FaultProxy
    /// Between some of the workers and the first daemon.
    let clientProxy: FaultProxy
    let daemons: [TestDaemon]

    /// - Parameter starter: a command that becomes the Redis, whose own words follow it.
    init(
        policy: String = PlainBooks.policy, durability: String = "always",
        directory: String? = nil, starter: [String] = []
    ) throws {
        var settings = ["appendonly": "yes", "appendfsync": durability]
        settings["dir"] = directory
        let redis = try TestRedis(settings, starter: starter)
        let proxy = try FaultProxy(to: redis.socketPath)
        let daemons = try (0..<2).map { _ in
            try TestDaemon(policy: policy, redis: redis, redisPath: proxy.path)
        }
        self.redis = redis
        self.daemons = daemons
        redisProxy = proxy
        clientProxy = try FaultProxy(to: daemons[0].socketPath)
    }

    deinit {
        redisProxy.stop()
        clientProxy.stop()
        redis.resume()
    }

    /// Where workers connect.
    var paths: [String] { [clientProxy.path, daemons[0].socketPath, daemons[1].socketPath] }

    /// The time, in seconds, from Redis's PONG until both daemons decide.
    func timeUntilServed() throws -> Double {
        let isPong = eventually { (try? redis.command("PING")) == .simple("PONG") }
        guard isPong else { throw DaemonFailure(description: "Redis is not back") }
        let begin = ContinuousClock.now
        for daemon in daemons {
            let isServed = eventually(seconds: 15) {
                (try? daemon.ask("CHECK user probe model gpt-4o"))?.isAllowed == true
            }
            guard isServed else {
                throw DaemonFailure(description: "not served again: \(daemon.log.suffix(3000))")
            }
        }
        return (ContinuousClock.now - begin) / .seconds(1)
    }

    /// What the daemons warned of.
    var warnings: String {
        daemons.map { daemon in
            daemon.log.split(separator: "\n").filter { !$0.contains(" debug ") }
                .joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// The whole journal, through a daemon.
    func journal() throws -> [FaultLine] {
        let client = try daemons[1].connect()
        var lines: [FaultLine] = []
        var cursor: Int64?
        repeat {
            let page = try client.ask(
                "JOURNAL count 1000" + (cursor.map { " cursor \($0)" } ?? ""))
            guard let entries = page["entries"]?.array else {
                throw DaemonFailure(description: "JOURNAL: \(page)")
            }
            lines += entries.map { entry in
                FaultLine(
                    sequence: entry["seq"]?.integer ?? -1, letter: entry.text("kind") ?? "?",
                    digest: String((entry.text("key") ?? "?").suffix(22)))
            }
            cursor = page["next"]?.integer
        } while cursor != nil
        return lines
    }

    /// What STATUS knows of each key that was used, by digest.
    func known(_ attempts: [FaultAttempt]) throws -> [String: FaultCall] {
        let client = try daemons[1].connect()
        let asked = Dictionary(attempts.map { ($0.call.key, $0.call) }) { $1 }
        var known: [String: FaultCall] = [:]
        for call in asked.values {
            let status = FaultAnswer(try client.ask(call.line(.status, id: "")))
            if let id = status.id { known[String(id.suffix(22))] = call }
            guard status.error == nil || status.error == "UNKNOWN_RESERVATION" else {
                throw DaemonFailure(description: "STATUS \(call.key): \(status)")
            }
        }
        return known
    }

    /// Everything that is wrong with what workers were told, and with what Redis holds now.
    func faults(_ attempts: [FaultAttempt]) throws -> [String] {
        // What died holding is freed by time.
        let isFree = try eventually {
            try redis.command("ZCARD", "b:{default}:holds") == .integer(0)
        }
        var faults = isFree ? [] : ["holds are left"]
        faults += FaultHistory(
            attempts: attempts, lines: try journal(), calls: try known(attempts)
        ).faults()
        let clear = ["UNAVAILABLE", "OUTCOME_UNKNOWN", "OVERLOADED", "LOST"]
        faults += attempts.compactMap(\.answer.error).filter { !clear.contains($0) }
        // Counters, holds and run ledgers are what the journal adds up to.
        let verified = try verify()
        if verified.ending != .exit(0) || !verified.output.contains("all agree") {
            faults.append("verify: \(verified.output)")
        }
        let client = try daemons[0].connect()
        for run in Set(attempts.map(\.call.run)).sorted().prefix(20) {
            faults += try RunBooks(client, run: run).faults.map { "run \(run): \($0)" }
        }
        return faults
    }

    /// `budgetctl verify`, as an operator has it.
    func verify() throws -> Program {
        try Program([
            (TestDaemon.program as NSString).deletingLastPathComponent + "/budgetctl", "verify",
            "--socket", daemons[1].socketPath,
        ])
    }
}
