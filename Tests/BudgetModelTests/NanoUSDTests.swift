// Money from outside and back: never entered as less, never a cap of more.

import BudgetModel
import Testing

@Suite struct NanoUSDTests {
    @Test(
        arguments: [
            ("0.208", 208_000_000), ("0.50", 500_000_000), ("16", 16_000_000_000), ("0", 0),
            // Noise of floating point goes away at 1e-12, what is left is rounded up at 1e-9.
            ("0.30000000000000004", 300_000_000), ("0.010000000000000002", 10_000_000),
            ("0.000000001001", 2), ("0.0000000010004", 1), ("0.0000000010005", 1),
            ("0.0000000010015", 2), ("0.000000000001", 1), ("0.0000000000005", 0),
            ("0.00000000000051", 1), ("1e-9", 1), ("1.5e-9", 2), ("2.5e-06", 2500),
            ("9007.19925474", 9_007_199_254_740),
        ] as [(String, Int64)])
    func reads(text: String, nano: Int64) throws {
        #expect(try NanoUSD.read(text) == nano)
    }

    @Test(
        arguments: [
            ("9007.199254740001", .tooLarge), ("9008", .tooLarge), ("1e30", .tooLarge),
            ("-0.1", .negative), ("free", .notANumber),
        ] as [(String, DecimalText.Fault)])
    func refuses(text: String, fault: DecimalText.Fault) {
        #expect(throws: fault) { try NanoUSD.read(text) }
    }

    @Test(
        arguments: [
            ("0.50", 500_000_000), ("0.0000000019", 1), ("0.30000000000000004", 300_000_000),
            ("0.29999999999999999", 300_000_000), ("0.0e-40", 0),
            ("9007199.254740991", 9_007_199_254_740_991),
        ] as [(String, Int64)])
    func readsCaps(text: String, nano: Int64) throws {
        #expect(try NanoUSD.readCap(text) == nano)
    }

    /// A cap of nothing denies everything: it has to be meant.
    @Test(arguments: ["0.000000000999", "1e-10", "1e-40"])
    func refusesCapsThatWouldBeNothing(text: String) {
        #expect(throws: DecimalText.Fault.tooSmall) { try NanoUSD.readCap(text) }
    }

    @Test func refusesCapsPastTheLargestSum() {
        #expect(throws: DecimalText.Fault.tooLarge) { try NanoUSD.readCap("9007199.254740992") }
    }

    @Test(
        arguments: [
            (208_000_000, "0.208"), (16_000_000_000, "16"), (1, "0.000000001"), (0, "0"),
            (-3_500_000_000, "-3.5"), (-1, "-0.000000001"), (10, "0.00000001"),
            (Int64.max, "9223372036.854775807"), (Int64.min, "-9223372036.854775808"),
        ] as [(Int64, String)])
    func writes(nano: Int64, text: String) {
        #expect(NanoUSD.text(nano) == text)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var random = SeededGenerator(for: "NanoUSD round trip")
        for _ in 0..<10_000 {
            let size = Int64.random(in: 0...42, using: &random)
            let nano = Int64.random(in: 0...min(Bounds.maxAmount, 1 << size), using: &random)
            #expect(try NanoUSD.read(NanoUSD.text(nano)) == nano)
            #expect(try NanoUSD.readCap(NanoUSD.text(nano)) == nano)
        }
    }

    @Test func readingNeverEntersLess() throws {
        var random = SeededGenerator(for: "NanoUSD rounding")
        for _ in 0..<10_000 {
            let pico = Int64.random(in: 0...9_000_000_000_000, using: &random)
            let text = NanoUSD.scaledText(pico, digits: 12)
            #expect(try NanoUSD.read(text) == (pico + 999) / 1000)
            #expect(try NanoUSD.readCap(text) == pico / 1000)
        }
    }
}
