// What a request is told after a fault is true: on a real Redis, killed and paused.

import NIOCore
import RESP
import TestSupport
import Testing

@testable import RedisClient

@Suite struct TruthTests {
    /// Redis keeps everything it acknowledged, so what it counts after its death is what happened.
    @Test func killedUnderLoadNothingUnavailableWasApplied() throws {
        let redis = try TestRedis(["appendonly": "yes", "appendfsync": "always"])
        let link = try LinkHarness(redis.socketPath)
        var outcomes: [String: Outcome] = [:]
        for round in 0..<4 {
            var pending: [(String, EventLoopFuture<Outcome>)] = []
            for burst in 0..<40 {
                let names = (0..<25).map { "\(round)-\(burst)-\($0)" }
                // Those handed in just before and after the kill meet every state of the link; in
                // every other round some are sure to be on their way.
                if burst == 19, round.isMultiple(of: 2) { redis.pause() }
                if burst == 20 {
                    try link.onLoop { _ in }
                    redis.kill()
                }
                pending += zip(
                    names, try link.begin(names.map { ["INCR", $0] }, within: .milliseconds(300)))
            }
            for (name, result) in pending { outcomes[name] = try result.wait() }
            try redis.start()
            try link.wait { $0.status == .ready }
        }
        var unknown = 0
        for (name, outcome) in outcomes {
            let value = try redis.command("GET", name).integer ?? 0
            switch outcome {
            case .success(let reply):
                #expect(value == 1 && reply == .integer(1), "\(name)")
            case .failure(let failure) where failure.hadNoEffect:
                #expect(value == 0, "\(name) was called \(failure)")
            case .failure:
                unknown += 1
                #expect(value <= 1, "\(name)")
            }
        }
        // Else the kills met nothing worth telling.
        let succeeded = outcomes.values.count { (try? $0.get()) != nil }
        #expect(outcomes.count == 4000 && succeeded > 0)
        #expect(unknown > 0 && unknown + succeeded < 4000)
        try link.close()
    }

    @Test func pausedPastADeadlineTheConnectionGoesAndNothingIsMisanswered() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        #expect(try link.run("PING") == .success(.status("PONG")))
        let firstClient = try link.run("CLIENT", "ID")
        redis.pause()
        let late = try link.begin([["ECHO", "late"]], within: .milliseconds(50))
        let patient = try link.begin([["ECHO", "patient"]], within: .seconds(5))
        #expect(try late[0].wait() == .failure(.outcomeUnknown(.timedOut)))
        #expect(try patient[0].wait() == .failure(.outcomeUnknown(.discarded)))
        let next = try link.begin([["ECHO", "next"], ["CLIENT", "ID"]], within: .seconds(5))
        redis.resume()
        #expect(try next[0].wait() == .success(.string("next")))
        #expect(try next[1].wait() != firstClient)
        try link.close()
    }

    @Test func withoutAServerItIsUnavailableAtItsDeadline() throws {
        let link = try LinkHarness("/tmp/budgetd-there-is-none.sock")
        #expect(
            try link.run("INCR", "x", within: .milliseconds(60))
                == .failure(.unavailable(.deadlineBeforeSending)))
        #expect(try link.onLoop { $0.queuedCount } == 0)
        try link.close()
    }

    @Test func aFullQueueSaysSo() throws {
        let link = try LinkHarness(
            "/tmp/budgetd-there-is-none.sock", configure: { $0.queueLimit = 2 })
        let results = try link.run([["A"], ["B"], ["C"]], within: .milliseconds(30))
        let late = Outcome.failure(.unavailable(.deadlineBeforeSending))
        #expect(results == [late, late, .failure(.queueFull(limit: 2))])
        try link.close()
    }

    @Test func closingAnswersWhatIsInFlightAndRefusesTheRest() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        _ = try link.run("PING")
        let inFlight = try link.begin([["ECHO", "a"]])
        let after = try link.onLoop { link in
            let promise = link.eventLoop.makePromise(of: Outcome.self)
            link.close()
            link.send(RedisCommand("PING"), deadline: .now() + .seconds(1)) { promise.succeed($0) }
            return promise.futureResult
        }
        #expect(try inFlight[0].wait() == .success(.string("a")))
        #expect(try after.wait() == .failure(.unavailable(.closed)))
        try link.close()
    }
}
