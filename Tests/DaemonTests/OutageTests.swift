// Promise 14: a Redis that does not answer. What is told as certain is certain, what is told as
// uncertain may be either, all of it within a bound of time, and repeating the keys settles it.

import Foundation
import RESP
import Synchronization
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct OutageTests {
        let redis: TestRedis
        let daemon: TestDaemon

        init() throws {
            redis = try TestRedis()
            daemon = try TestDaemon(policy: Policies.capped(1_000_000), redis: redis)
        }

        private static let call = "run r user u agent a model gpt-4o output_tokens 1000"

        @Test func promise14StoppedRedisIsToldTruthfullyAndInTime() throws {
            let daemon = daemon
            let ids = try daemon.connect().pipeline(
                (0..<8).map { "RESERVE idempotency_key held\($0) \(Self.call)" }
            ).compactMap { $0.text("id") }
            #expect(ids.count == 8)
            redis.pause()
            defer { redis.resume() }
            let codes = Mutex<[String: String]>([:])
            let longest = Mutex(0.0)
            let lines = Self.lines(ids)
            _ = try swarm(lines.count) { number in
                let client = try daemon.connect()
                // The last ones come when it is known already that nothing answers.
                if number % 2 == 1 { usleep(1_300_000) }
                let begin = ContinuousClock.now
                let answer = try client.ask(lines[number])
                let time = (ContinuousClock.now - begin) / .seconds(1)
                longest.withLock { $0 = max($0, time) }
                codes.withLock { $0[lines[number]] = answer.errorCode ?? "\(answer)" }
            }
            let told = codes.withLock { $0 }
            #expect(Set(told.values) == ["UNAVAILABLE", "OUTCOME_UNKNOWN"])
            #expect(longest.withLock { $0 } < 3)
            redis.resume()
            try expectTruth(told, ids)
            try expectOneEffectEach(lines)
        }

        /// The requests that are made meanwhile.
        private static func lines(_ ids: [String]) -> [String] {
            (0..<16).map { "CHARGE idempotency_key c\($0) \(call)" }
                + (0..<16).map { "RECORD idempotency_key r\($0) \(call)" }
                + ids.prefix(4).map { "COMMIT \($0)" } + ids.suffix(4).map { "RELEASE \($0)" }
        }

        /// What was told to have had no effect has had none.
        private func expectTruth(_ told: [String: String], _ ids: [String]) throws {
            let isBack = eventually {
                (try? daemon.ask("STATUS \(ids[0])").errorCode) == .some(nil)
            }
            #expect(isBack)
            for (line, code) in told where code == "UNAVAILABLE" {
                let words = Client.words(line)
                if words[1] == "idempotency_key" {
                    let status = try daemon.ask("STATUS idempotency_key \(words[2])")
                    #expect(status.errorCode == "UNKNOWN_RESERVATION", "\(line)")
                } else {
                    #expect(try daemon.ask("STATUS \(words[1])").text("state") == "held", "\(line)")
                }
            }
        }

        private func expectOneEffectEach(_ lines: [String]) throws {
            let client = try daemon.connect()
            for _ in 0..<2 {
                for answer in try client.pipeline(lines) { #expect(answer.errorCode == nil) }
            }
            let usage = try client.ask("USAGE user u agent a")
            #expect(usage.standing("calls") == "36 0 999964")
            #expect(usage.standing("cost") == "0.36 0 9999.64")
            let books = try RunBooks(client, run: "r")
            #expect(books.faults == [])
            #expect(books.calls == 36)
        }

        @Test func promise14WithoutRedisNothingIsDone() throws {
            let client = try daemon.connect()
            #expect(try client.ask("CHARGE idempotency_key a \(Self.call)").isAllowed)
            redis.kill()
            let isKnown = eventually { daemon.log.contains("redis connection ended") }
            #expect(isKnown)
            for line in ["CHARGE idempotency_key b \(Self.call)", "USAGE user u", "RUN r"] {
                let begin = ContinuousClock.now
                #expect(try client.ask(line).errorCode == "UNAVAILABLE", "\(line)")
                #expect(ContinuousClock.now - begin < .seconds(3))
            }
            #expect(try client.ask("PING") == .simple("PONG"))
        }

        /// A worker that is told so fails closed, and the daemon recovers by itself. It was not
        /// sent where a sweep went before it and got no answer.
        @Test func itServesAgainAsSoonAsRedisAnswers() throws {
            redis.pause()
            let client = try daemon.connect()
            let error = try client.ask("CHARGE idempotency_key a \(Self.call)")
            if error.errorCode == "UNAVAILABLE" {
                #expect(error.errorLine?.contains("nothing was done") == true)
            } else {
                #expect(error.errorCode == "OUTCOME_UNKNOWN")
                let advice = "repeat the same request with the same key"
                #expect(error.errorLine?.contains(advice) == true)
            }
            redis.resume()
            let isBack = try eventually(seconds: 5) {
                try client.ask("CHARGE idempotency_key a \(Self.call)").isAllowed
            }
            #expect(isBack)
            #expect(try client.ask("USAGE user u").standing("cost") == "0.01 0 9999.99")
        }
    }
}
