// Policies and price files with bytes changed, lines cut, doubled and mixed, grown from a corpus:
// the files in deploy and all the bad ones of these tests. Each has the properties that libFuzzer
// tries too. The seed is printed with a failure; BUDGETD_TEST_FUZZ is how many are read.

import BudgetModel
import BudgetService
import Foundation
import Fuzz
import TestSupport
import Testing

@Suite struct PolicyFuzzTests {
    private static func corpus() throws -> [(policy: String, prices: String)] {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        func text(_ name: String) throws -> String {
            try String(contentsOf: checkout.appending(path: "deploy/" + name), encoding: .utf8)
        }
        let prices = try text("prices.example.yaml")
        let good = try ["example", "team", "company"].map {
            (try text("policy.\($0).yaml"), prices)
        }
        let bad = try BadCase.all().map {
            ($0.files["policy.yaml"] ?? "", $0.files.first { $0.key != "policy.yaml" }?.value ?? "")
        }
        return good + bad
    }

    private static let words = [
        ":", "- ", "  ", "\t", "{", "}", "[", "]", ",", "\"", "'", "#", "&a", "*a", "|", ">",
        "!!int",
        "null", "~", "-1", "0", "9007199254740993", "1e309", "0x10", "1_000", "day", "rolling 24h",
        "bucket", "\u{0}", "\u{FEFF}", "é", "\r\n", "---\n", "<<: *a", "limits:", "version: 1\n",
    ]

    private func mutate(_ text: String, _ random: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2: bytes.insert(.random(in: 0...255, using: &random), at: place)
            case 3 where place < bytes.count:
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default:
                let word = Self.words.randomElement(using: &random) ?? ""
                bytes.insert(contentsOf: Array(word.utf8), at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func everyReadingEndsAndTellsThePlace() throws {
        let environment = ProcessInfo.processInfo.environment
        let seed =
            environment["BUDGETD_TEST_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1..<1_000_000)
        var random = SeededGenerator(seed: seed)
        let corpus = try Self.corpus()
        var accepted = 0
        for round in 0..<(environment["BUDGETD_TEST_FUZZ"].flatMap { Int($0) } ?? 3000) {
            let origin = try #require(corpus.randomElement(using: &random))
            let changesPrices = random.oneIn(4)
            let policy = changesPrices ? origin.policy : mutate(origin.policy, &random)
            let prices = changesPrices ? mutate(origin.prices, &random) : origin.prices
            let breach = PolicyProperties.breach(policy: policy, prices: prices)
            #expect(breach == nil, "seed \(seed), round \(round): \(policy)")
            if case .success = PolicyProperties.read(policy, prices) { accepted += 1 }
        }
        #expect(accepted > 0)
    }
}
