// When a fault that goes on is told.

import RedisClient
import Testing

@Suite struct RepeatedFaultsTests {
    /// The seconds in which a fault is told that is seen in each second of a time.
    private func told(_ seconds: Range<Int64>, _ faults: inout RepeatedFaults) -> [Int64] {
        seconds.filter { faults.isNews("x", at: $0 * 1000) }
    }

    @Test func atTimesThatGrow() {
        var faults = RepeatedFaults()
        #expect(told(0..<1000, &faults) == [0, 60, 180, 420, 900])
        #expect(told(1000..<20_000, &faults) == [1860, 3780, 7380, 10_980, 14_580, 18_180])
    }

    @Test func whatIsOtherMendedOrGoneForAMinuteIsNews() {
        var faults = RepeatedFaults()
        #expect(told(0..<30, &faults) == [0])
        let other = faults.isNews("y", at: 30_000)
        #expect(other)
        #expect(told(50..<60, &faults) == [])
        #expect(told(130..<140, &faults) == [130])
        faults.forget("x")
        #expect(told(140..<150, &faults) == [140])
        // A clock that goes back begins anew.
        #expect(told(0..<10, &faults) == [0])
    }

    @Test func itsMemoryIsBounded() {
        var faults = RepeatedFaults()
        let news = (0..<5000).filter { faults.isNews("\($0)", at: 0) }
        #expect(news.count == 5000)
        let again = ["4999", "0"].map { faults.isNews($0, at: 0) }
        #expect(again == [false, true])
    }
}
