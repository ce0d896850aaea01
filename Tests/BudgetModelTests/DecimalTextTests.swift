// Decimals from outside: exact, no floating point, one way to round.

import BudgetModel
import Testing

@Suite struct DecimalTextTests {
    @Test(
        arguments: [
            ("0", 12, 0), ("0.5", 0, 0), ("1.5", 0, 2), ("2.5", 0, 2), ("2.51", 0, 3),
            ("0.0000000000005", 12, 0), ("0.0000000000015", 12, 2), ("0.00000000000051", 12, 1),
            ("1", 12, 1_000_000_000_000), ("+1.25", 2, 125), (".5", 1, 5), ("5.", 1, 50),
            ("1e3", 0, 1000), ("1E3", 0, 1000), ("2.5e-06", 12, 2_500_000), ("25e-1", 1, 25),
            ("1e+2", 0, 100), ("0e9999", 12, 0), ("1e-9999", 12, 0), ("000012", 0, 12),
            ("0.1000000000000000055511151231257827", 12, 100_000_000_000),
            ("0.30000000000000004", 12, 300_000_000_000),
            ("99999999999999999999999999999999999e-30", 0, 100_000),
        ] as [(String, Int, Int64)])
    func reads(text: String, scale: Int, expected: Int64) throws {
        #expect(try DecimalText.read(text, scale: scale) == Int128(expected))
    }

    @Test(
        arguments: [
            ("", .notANumber), (".", .notANumber), ("+", .notANumber), ("many", .notANumber),
            ("1.2.3", .notANumber), ("1e", .notANumber), ("e5", .notANumber), ("1e5x", .notANumber),
            (" 1", .notANumber), ("1 ", .notANumber), ("1,5", .notANumber), ("0x10", .notANumber),
            ("nan", .notANumber), ("inf", .notANumber), ("1_000", .notANumber),
            ("1e12345", .notANumber), ("٣", .notANumber), ("-1", .negative), ("-0", .negative),
            ("1e40", .tooLarge), ("99999999999999999999999999999e20", .tooLarge),
        ] as [(String, DecimalText.Fault)])
    func refuses(text: String, fault: DecimalText.Fault) {
        #expect(throws: fault) { try DecimalText.read(text, scale: 12) }
    }
}
