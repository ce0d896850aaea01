// A budget for exactly N calls and far more workers than that: N are allowed, never one more.

import Foundation
import Synchronization
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ConcurrencyTests {
        /// One daemon with a Redis of its own, or several that share one.
        private func daemons(_ count: Int, cap: Int) throws -> [TestDaemon] {
            let policy = Policies.capped(cap)
            guard count > 1 else { return [try TestDaemon(policy: policy)] }
            let redis = try TestRedis()
            return try (0..<count).map { _ in try TestDaemon(policy: policy, redis: redis) }
        }

        @Test(arguments: Contest.all)
        func promises1And2ExactlyAsManyCallsAsTheBudgetHas(_ contest: Contest) throws {
            let daemons = try daemons(contest.daemons, cap: Contest.cap)
            let outcomes = try swarm(Contest.workers) { worker in
                try contest.compete(worker, daemons[worker % daemons.count].connect())
            }
            let committed = outcomes.flatMap(\.committed)
            let held = outcomes.flatMap(\.held)
            #expect(outcomes.flatMap(\.others) == [])
            #expect(committed.count + held.count == Contest.cap)
            #expect(
                outcomes.reduce(0) { $0 + $1.denied }
                    == Contest.workers * Contest.attempts - Contest.cap)
            for daemon in daemons {
                let client = try daemon.connect()
                let usage = try client.ask("USAGE \(contest.measure.rawValue) x")
                #expect(
                    usage.standing(contest.measure.limit)
                        == contest.measure.text(committed.count) + " "
                        + contest.measure.text(held.count) + " 0")
                let books = try RunBooks(client, run: "r")
                #expect(books.faults == [])
                #expect(books.ids.sorted() == committed.sorted())
                #expect(books.cost == Decimal(committed.count) / 100)
                #expect(books.tokens == Int64(committed.count) * 1000)
            }
        }

        @Test(arguments: [1, 2])
        func promise1NeverMoreInFlightThanAllowed(_ count: Int) throws {
            let cap = 10
            let daemons = try daemons(count, cap: cap)
            let open = Mutex((now: 0, most: 0, allowed: 0))
            _ = try swarm(Contest.workers) { worker in
                let client = try daemons[worker % daemons.count].connect()
                for attempt in 0..<6 {
                    let answer = try client.ask(
                        "RESERVE idempotency_key \(worker)-\(attempt) tool x model gpt-4o")
                    guard answer.isAllowed, let id = answer.text("id") else { continue }
                    open.withLock {
                        $0.now += 1
                        $0.allowed += 1
                        $0.most = max($0.most, $0.now)
                    }
                    // Before it is given back, not after: what is counted is what is held for sure.
                    open.withLock { $0.now -= 1 }
                    _ = try client.ask((attempt % 2 == 0 ? "COMMIT " : "RELEASE ") + id)
                }
            }
            #expect(open.withLock { $0.most } <= cap)
            #expect(open.withLock { $0.allowed } >= cap)
            #expect(try daemons[0].ask("USAGE tool x").standing("in-flight") == "0 0 \(cap)")
        }

        @Test(arguments: [1, 2])
        func promise4WhatIsHeldIsTheSumOfOpenReservations(_ count: Int) throws {
            let daemons = try daemons(count, cap: 1000)
            let held = try swarm(32) { worker in
                let client = try daemons[worker % daemons.count].connect()
                let answers = try client.pipeline(
                    (0..<8).map {
                        "RESERVE idempotency_key \(worker)-\($0) user u session s agent a tool t "
                            + "model gpt-4o input_tokens 0 output_tokens 1000"
                    })
                let ids = answers.compactMap { $0.isAllowed ? $0.text("id") : nil }
                guard ids.count == 8 else { throw DaemonFailure(description: "\(answers)") }
                _ = try client.pipeline([
                    "COMMIT \(ids[0]) input_tokens 0 output_tokens 500", "RELEASE \(ids[1])",
                    "COMMIT \(ids[2]) outcome error", "EXTEND \(ids[3]) ttl_ms 100000",
                ])
                return 5
            }.reduce(0, +)
            let usage = try daemons[0].ask("USAGE user u session s agent a tool t")
            #expect(held == 160)
            #expect(usage.standing("cost") == "0.48 1.6 7.92")
            #expect(usage.standing("tokens") == "48000 160000 792000")
            #expect(usage.standing("calls") == "64 160 776")
            #expect(usage.standing("in-flight") == "0 160 840")
        }
    }
}
