// Numbers as people read them.

import BudgetModel
import Testing

@Suite struct ReadableNumberTests {
    @Test(arguments: [
        ("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1000", "-1,000"), ("-999", "-999"),
        ("1234567.125", "1,234,567.125"), ("9007199254740991", "9,007,199,254,740,991"),
        ("0.0001", "0.0001"), ("", ""), ("many", "many"), ("12e9000", "12e9000"),
    ])
    func groups(_ text: String, _ shown: String) {
        #expect(ReadableNumber.grouped(text) == shown)
    }

    @Test(arguments: [
        ("0", "$0.00"), ("0.5", "$0.50"), ("0.25", "$0.25"), ("0.002", "$0.002"),
        ("5000", "$5,000.00"), ("-1234.5", "-$1,234.50"),
        ("9007199.254740991", "$9,007,199.254740991"),
    ])
    func money(_ text: String, _ shown: String) {
        #expect(ReadableNumber.money(text) == shown)
    }

    @Test(arguments: [(0, "0 holds"), (1, "1 hold"), (2, "2 holds"), (12_000, "12,000 holds")])
    func counts(_ number: Int, _ shown: String) {
        #expect(ReadableNumber.counted(number, "hold") == shown)
    }
}
