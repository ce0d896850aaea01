// Delays grow, stay within their bounds, and repeat with their seed.

import NIOCore
import Testing

@testable import RedisClient

@Suite struct BackoffTests {
    @Test func delaysGrowToTheCap() {
        let backoff = Backoff(first: .milliseconds(10), cap: .seconds(1))
        var random = SystemRandomNumberGenerator()
        for attempt in [0, 1, 2, 6, 7, 20, 63, 1_000_000, -1] {
            let whole = min(10 << min(max(attempt, 0), 20), 1000)
            for _ in 0..<50 {
                let delay = backoff.delay(attempt: attempt, using: &random)
                #expect(delay >= .microseconds(Int64(whole) * 500), "attempt \(attempt)")
                #expect(delay <= .milliseconds(Int64(whole)), "attempt \(attempt)")
            }
        }
    }

    @Test func delaysDiffer() {
        let backoff = Backoff(first: .milliseconds(10), cap: .seconds(1))
        var random = SystemRandomNumberGenerator()
        #expect(Set((0..<20).map { _ in backoff.delay(attempt: 3, using: &random) }).count > 10)
    }
}
