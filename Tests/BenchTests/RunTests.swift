// `budgetbench run` measures what it says, and fails where the books are wrong.

import Foundation
import RESP
import TestSupport
import Testing

@testable import budgetbench

@Suite(.timeLimit(.minutes(10))) struct RunTests {
    /// A load of a moment.
    private let small = ["--connections", "8", "--users", "20", "--runs", "60", "--json"]

    private func books(_ report: [String: Any]) -> [String: Any] {
        report["books"] as? [String: Any] ?? [:]
    }

    private func counts(_ report: [String: Any]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for latency in report["latencies"] as? [[String: Any]] ?? [] {
            counts[latency["verb"] as? String ?? ""] = latency["count"] as? Int
        }
        return counts
    }

    @Test func everyReservationIsCommittedAndInTheBooks() throws {
        let bench = try Bench(
            ["run", "--calls", "500", "--depth", "4", "--tenants", "3", "--mix", "3:2:1"] + small)
        try #require(bench.status == 0, "\(bench.errors)")
        let report = try bench.report
        let counts = counts(report)
        let allowed = try #require(report["allowed"] as? Int)
        #expect(counts["RESERVE"] == counts["COMMIT"])
        #expect((counts["RESERVE"] ?? 0) + (counts["CHARGE"] ?? 0) == allowed)
        #expect(allowed + (counts["USAGE"] ?? 0) == 500)
        #expect((report["denied"] as? [String: Int])?.isEmpty == true)
        let books = books(report)
        // A line for each reservation, commit and charge; nothing but the load wrote any.
        #expect(books["journal_lines"] as? Int == allowed + (counts["COMMIT"] ?? 0))
        #expect(books["tenants"] as? Int == 3)
        #expect(books["fault_count"] as? Int == 0)
        for latency in report["latencies"] as? [[String: Any]] ?? [] {
            let order = ["p50_micros", "p90_micros", "p99_micros", "p999_micros", "max_micros"]
                .map { latency[$0] as? Double ?? -1 }
            #expect(order[0] > 0)
            #expect(order == order.sorted())
        }
    }

    @Test func limitsThatAreReachedAreNotPassed() throws {
        let directory = try TestDirectory()
        // 20 users with room for some ten calls each, and a run's 6.
        let policy = try directory.write(
            "policy.yaml",
            """
            version: 1
            limits:
              - { name: tokens, per: [user], window: day, measure: tokens, cap: 50_000 }
              - { name: calls, per: [run], window: lifetime, measure: calls, cap: 6 }
            unknown_model: free

            """)
        let bench = try Bench(["run", "--calls", "600", "--policy", policy] + small)
        try #require(bench.status == 0, "\(bench.errors)")
        let report = try bench.report
        let denied = report["denied"] as? [String: Int] ?? [:]
        #expect((denied["limit_exceeded"] ?? 0) > 100)
        #expect((books(report)["limits_compared"] as? Int ?? 0) > 50)
    }

    @Test func booksThatSomebodyFalsifiesFailTheRun() throws {
        let (redis, daemon) = try Self.daemon()
        defer { daemon.process.kill() }
        let running = try Bench.Running(
            ["run", "--socket", daemon.socket, "--seconds", "1.5"] + small)
        // As soon as somebody has spent, more is spent than anybody did.
        var falsified = false
        for _ in 0..<2000 where !falsified && running.process.ending == nil {
            for key in try redis.command("KEYS", "b:*").array ?? [] {
                let key = key.string ?? ""
                guard try redis.command("HGET", key, "s:tokens").string != nil else { continue }
                _ = try redis.command("HINCRBY", key, "s:tokens", "-1")
                falsified = true
                break
            }
            usleep(1000)
        }
        #expect(falsified)
        let bench = try Bench(running)
        #expect(bench.status == 1)
        #expect(bench.errors.contains("the books don't balance"))
        let books = books(try bench.report)
        // A user's sum is less than the entries, and then more seems held than the holds say; or a
        // run's is, and then its ledger shows less than was acknowledged.
        #expect(books["fault_count"] as? Int == 2)
        #expect((books["faults"] as? [String])?.first?.contains("s:tokens") == true)
    }

    @Test(
        arguments: [
            (["--mix", "1:1"], "--mix is 1:1"), (["--mix", "0:0:5"], "--mix is 0:0:5"),
            (["--connections", "0"], "--connections is 0; expected 1 to 1000"),
            (["--users", "10", "--runs", "5"], "--runs is 5; expected 10 to 1000000"),
            (["--seconds", "nan"], "--seconds is nan"), (["--zipf", "-1"], "--zipf"),
        ])
    func whatMakesNoSenseIsSaid(arguments: [String], expected: String) throws {
        let bench = try Bench(["run"] + arguments)
        #expect(bench.status == 64)
        #expect(bench.errors.contains(expected))
    }

    @Test func aSocketWithoutADaemonIsSaid() throws {
        let bench = try Bench(["run", "--socket", "/nowhere/budgetd.sock"])
        #expect(bench.status == 1)
        #expect(
            bench.errors == "budgetbench: nobody listens at /nowhere/budgetd.sock: "
                + "No such file or directory\n")
    }

    /// A budgetd before a Redis that the test can reach.
    private static func daemon() throws -> (TestRedis, (process: TestProcess, socket: String)) {
        let redis = try TestRedis()
        let directory = redis.directory
        let policy = """
            version: 1
            limits: [{ name: t, per: [user], window: day, measure: tokens, cap: 9_000_000_000 }]
            unknown_model: free

            """
        try Data(policy.utf8).write(to: URL(filePath: directory + "/policy.yaml"))
        let process = try TestProcess(
            [
                Bench.directory + "/budgetd", "--policy", directory + "/policy.yaml",
                "--state", directory + "/state", "--socket", directory + "/b.sock",
                "--redis", "unix:" + redis.socketPath, "--redis-allow", "appendonly",
            ], directory: directory + "/state", output: directory + "/out",
            errors: directory + "/err")
        for _ in 0..<5000 {
            let connection = try? BlockingConnection(unixPath: directory + "/b.sock")
            if let answer = try connection?.command(["USAGE"]), answer.errorCode == nil {
                return (redis, (process, directory + "/b.sock"))
            }
            usleep(2000)
        }
        process.kill()
        throw BenchError("budgetd does not start")
    }
}
