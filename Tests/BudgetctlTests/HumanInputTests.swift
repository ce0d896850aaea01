// What people write for lengths, moments and amounts.

import BudgetModel
import Testing

@testable import budgetctl

@Suite struct HumanInputTests {
    @Test(
        arguments: [
            ("90s", 90_000), ("20m", 1_200_000), ("1h30m", 5_400_000), ("7d", 604_800_000),
            ("500ms", 500), ("2w", 1_209_600_000), ("0s", nil), ("", nil), ("20", nil), ("m", nil),
            ("1x", nil), ("-1h", nil), ("1h ", nil), ("99999999999d", nil),
        ] as [(String, Int64?)])
    func lengths(_ text: String, _ milliseconds: Int64?) {
        #expect(HumanTime.length(text) == milliseconds)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00Z", 0), ("2026-12-01T00:00Z", 1_796_083_200_000),
            ("2026-12-01Z", 1_796_083_200_000), ("2026-12-01T01:00+01:00", 1_796_083_200_000),
            ("2026-11-30T19:30:30-0430", 1_796_083_230_000), ("2026-12-01T00:00", nil),
            ("2026-02-31T00:00Z", nil), ("2026-12-01T24:01Z", nil), ("tomorrow", nil),
        ] as [(String, Int64?)])
    func moments(_ text: String, _ milliseconds: Int64?) {
        #expect(HumanTime.moment(text) == milliseconds)
    }

    @Test(
        "an amount of another unit, or a comma that parts no thousands, is the daemon's to refuse",
        arguments: [
            ("50k", .unknown, "50000"), ("2M", .unknown, "2000000"),
            ("50K", .unknown, "50000"), ("1.5M", .unknown, "1500000"), ("0.5k", .count, "500"),
            ("1.0005k", .unknown, "1000.5"), ("$1.5k", .unknown, "$1500"), ("0k", .unknown, "0"),
            ("$2K", .money, "2000"), ("1.5G", .unknown, "1.5G"), (".5k", .unknown, ".5k"),
            ("100_000", .unknown, "100000"), ("1,000", .unknown, "1000"),
            ("$1,000.50", .unknown, "$1000.50"), ("0,50", .unknown, "0,50"),
            ("$1,5", .unknown, "$1,5"), ("20m", .unknown, "20m"), ("many", .unknown, "many"),
            ("$0.5", .money, "0.5"), ("20m", .money, "20m"), ("20m", .time, "1200"),
            ("1500ms", .time, "1.500"), ("$5", .time, "$5"), ("$5", .count, "$5"),
            ("20m", .count, "20m"),
        ] as [(String, HumanAmount.Kind, String)])
    func amounts(_ text: String, _ kind: HumanAmount.Kind, _ plain: String) {
        #expect(HumanAmount.plain(text, kind) == plain)
    }

    @Test func lengthsAreShownByTheirLargestUnits() {
        #expect(Shown.duration(0) == "0s")
        #expect(Shown.duration(45_000) == "45s")
        #expect(Shown.duration(7_500_000) == "2h 5m")
        #expect(Shown.duration(266_400_000) == "3d 2h")
        #expect(Shown.moment(1_796_083_200_000) == "2026-12-01 00:00:00Z")
        #expect(ReadableNumber.grouped("1234567") == "1,234,567")
    }
}
