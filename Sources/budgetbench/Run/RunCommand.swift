// `budgetbench run`: load on a daemon, and whether its books balance afterwards.

import ArgumentParser
import Foundation

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Puts load on a daemon, and checks its books afterwards.",
        discussion: """
            Without --socket a budgetd and a Redis that keeps nothing on disk are started for it. \
            A daemon that is there already gets tenants of the run's own (bench-…), so that \
            nobody's limits are used up; what they spent stays in its books for as long as the \
            policy keeps it. Role ops is needed there, to see the books.

            Exits with 1 where a request fails, nothing is allowed, the books don't balance, or a \
            limit was passed.

            EXAMPLES
              budgetbench run
              budgetbench run --socket /run/budgetd/budgetd.sock --connections 200 --depth 16
            """)

    @Option(help: "The unix socket of a daemon; without it one is started.")
    var socket: String?

    @Option(help: "The policy of the daemon that is started.")
    var policy: String?

    @Option(help: "Connections, 1 to 1000.")
    var connections = 50

    @Option(help: "Requests of a connection under way, 1 to 500.")
    var depth = 1

    @Option(help: "Seconds, up to 600.")
    var seconds = 10.0

    @Option(help: "Calls after which it ends before its time, 1 to 10000000.")
    var calls = 1_000_000

    @Option(
        help: "Shares of reserve and commit, of charge, and of usage.",
        transform: Mix.init(text:))
    var mix = Mix(reserve: 8, charge: 1, usage: 1)

    @Option(help: "Tenants, 1 to 100.")
    var tenants = 1

    @Option(help: "Users, 1 to 1000000.")
    var users = 1000

    @Option(help: "Runs, each of one user, 1 to 1000000.")
    var runs = 10_000

    @Option(help: "How unevenly runs call: the k-th as 1/k^s; 0 is evenly.")
    var zipf = 1.0

    @Option(help: "What callers and calls are drawn by; printed.")
    var seed: UInt64 = 1

    @Flag(help: "Print JSON in place of the table.")
    var json = false

    func validate() throws {
        try Self.check("--connections", connections, in: 1...1000)
        try Self.check("--depth", depth, in: 1...500)
        try Self.check("--calls", calls, in: 1...10_000_000)
        try Self.check("--tenants", tenants, in: 1...100)
        try Self.check("--users", users, in: tenants...1_000_000)
        try Self.check("--runs", runs, in: users...1_000_000)
        try Self.check("--seconds", seconds, in: 0.1...600)
        try Self.check("--zipf", zipf, in: 0...5)
        if socket != nil, policy != nil {
            throw ValidationError("--policy is for a daemon that is started, --socket is one")
        }
    }

    private static func check<T: Comparable>(
        _ name: String, _ value: T, in range: ClosedRange<T>
    ) throws {
        guard !range.contains(value) else { return }
        throw ValidationError(
            "\(name) is \(value); expected \(range.lowerBound) to \(range.upperBound)")
    }

    func run() throws {
        try BenchError.told {
            let report = try measure()
            print(json ? try JSONText.text(report) : report.text)
            guard report.books.balance else {
                throw BenchError("the books don't balance: \(report.books.faultCount) faults")
            }
        }
    }

    private func measure() throws -> RunReport {
        let progress = Progress()
        defer { progress.end() }
        if let socket { return try measure(socket, redis: nil, progress) }
        let workplace = try Workplace()
        progress.tell("starting a daemon")
        let redis = try RedisServer(in: try workplace.directory("redis"))
        defer { redis.stop() }
        let daemon = try DaemonServer(
            in: try workplace.directory("daemon"), redis: redis, policy: policy)
        defer { daemon.stop() }
        return try measure(daemon.socketPath, redis: redis.clock, progress)
    }

    private func measure(
        _ path: String, redis: ProcessClock?, _ progress: Progress
    ) throws -> RunReport {
        let scale = RunScale(
            seconds: seconds, mostCalls: calls, connections: connections, depth: depth, mix: mix,
            tenants: tenants, users: users, runs: runs, zipf: zipf, seed: seed)
        // Never the same again: neither keys nor sums of an earlier run are met.
        let mark = String(UInt64(Date().timeIntervalSince1970 * 1000), radix: 36)
        let names = (1...tenants).map { "bench-\(mark)-\($0)" }
        let population = Population(
            tenants: names, users: users, runs: runs, zipf: zipf, seed: seed)
        let load = try RunLoad(path: path, scale, population)
        let daemon = try ProcessClock(of: try UnixSocket(path: path).peer)
        let (result, cpu) = try CPUUse.counting(daemon: daemon, redis: redis) {
            try load.run(progress)
        }
        guard result.allowed > 0 else {
            let reasons = result.denied.keys.sorted().joined(separator: ", ")
            throw BenchError(
                "none of \(result.decisions) calls was allowed: "
                    + (reasons.isEmpty ? "only usage was asked" : reasons))
        }
        let books = try RunBooks(of: result, path: path, tenants: names, progress)
        return RunReport(scale, result, cpu: cpu, books: books)
    }
}
