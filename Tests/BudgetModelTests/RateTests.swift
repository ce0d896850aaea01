// Prices as they are written, held at 1e-15 dollars; and their dates.

import BudgetModel
import Foundation
import Testing

@Suite struct RateTests {
    @Test(
        arguments: [
            ("2.50", 2_500_000_000), ("0.075", 75_000_000), ("0", 0), ("0.000000001", 1),
            ("0.0000000005", 0), ("0.0000000015", 2), ("0.15000000000000002", 150_000_000),
            ("9000000000", Rate.most),
        ] as [(String, Int64)])
    func perMillion(text: String, femto: Int64) throws {
        #expect(try Rate.read(perMillion: text).femto == femto)
    }

    @Test(
        arguments: [
            ("3.60", 3_600_000_000_000_000), ("0.01", 10_000_000_000_000),
            ("100.10000000000001", 100_100_000_000_000_000), ("9000", Rate.most),
        ] as [(String, Int64)])
    func perOne(text: String, femto: Int64) throws {
        #expect(try Rate.read(perOne: text).femto == femto)
    }

    @Test func refuses() {
        #expect(throws: DecimalText.Fault.tooLarge) { try Rate.read(perOne: "9000.000000000001") }
        #expect(throws: DecimalText.Fault.tooLarge) { try Rate.read(perMillion: "9000000001") }
        #expect(throws: DecimalText.Fault.negative) { try Rate.read(perOne: "-1") }
    }

    @Test(arguments: [
        "1970-01-01", "2026-05-01", "2028-02-29", "2000-02-29", "9999-12-31", "2100-03-01",
    ])
    func dates(text: String) throws {
        let date = try #require(CivilDate(text))
        let foundation = try Date(text + "T00:00:00Z", strategy: .iso8601)
        #expect(date.midnight == Int64(foundation.timeIntervalSince1970) * 1000)
        #expect(date.text == text)
        #expect(CivilDate(unixMilliseconds: date.midnight + 86_399_999) == date)
    }

    @Test(arguments: [
        "", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-5-1",
        "26-05-01", "2026/05/01", "2026-05-01T00:00:00Z", "1969-12-31", "+202-05-01", "2026-05",
    ])
    func noDates(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test func everyDayHasItsOwnDate() {
        var day: Int64 = 0
        var last = ""
        while day < 60_000 {
            let date = CivilDate(unixMilliseconds: day * 86_400_000)
            #expect(date.midnight == day * 86_400_000)
            #expect(date.text > last)
            last = date.text
            day += 17
        }
        #expect(CivilDate(unixMilliseconds: -1).text == "1969-12-31")
    }
}
