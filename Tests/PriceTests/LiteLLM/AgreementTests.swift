// Every chat model of LiteLLM's price file, charged by LiteLLM's calculator and by budgetd.
//
// A model agrees where every usage costs the same nano-dollar: what budgetd books is what it would
// have booked had LiteLLM's cost been stated as cost_usd. Models that don't agree are listed in
// disagreements.txt with the reason, and nothing else may be.

import BudgetModel
import Foundation
import Testing

@testable import BudgetService

@Suite struct AgreementTests {
    private static let usages = [
        "plain": "input_tokens 4000 output_tokens 600",
        "cached": "input_tokens 40000 output_tokens 700 cache_read_tokens 30000",
        "written":
            "input_tokens 9000 output_tokens 300 "
            + "cache_read_tokens 2000 cache_write_tokens 5000",
        "written for an hour":
            "input_tokens 9000 output_tokens 300 "
            + "cache_write_tokens 5000 cache_write_1h_tokens 3000",
        "reasoning": "input_tokens 1500 output_tokens 5000 reasoning_tokens 4200",
        "sound":
            "input_tokens 3000 output_tokens 900 "
            + "input_audio_tokens 2000 output_audio_tokens 500",
        "time": "input_tokens 100 output_tokens 100 seconds 12",
        "above 128k": "input_tokens 128001 output_tokens 900 cache_read_tokens 1000",
        "just 200k": "input_tokens 200000 output_tokens 900",
        "above 200k":
            "input_tokens 200001 output_tokens 900 "
            + "cache_read_tokens 120000 cache_write_tokens 10000",
        "above 272k":
            "input_tokens 300000 output_tokens 2000 "
            + "cache_read_tokens 100000 reasoning_tokens 1000",
        "flex": "input_tokens 6000 output_tokens 800 cache_read_tokens 1000 service_tier flex",
        "priority":
            "input_tokens 6000 output_tokens 800 "
            + "cache_read_tokens 1000 reasoning_tokens 300 service_tier priority",
        "priority above 272k":
            "input_tokens 280000 output_tokens 800 "
            + "cache_read_tokens 1000 service_tier priority",
        "batch": "input_tokens 6000 output_tokens 800 cache_read_tokens 1000 service_tier batch",
        "batch above 272k":
            "input_tokens 280000 output_tokens 800 "
            + "cache_read_tokens 1000 service_tier batch",
    ]

    /// By name, read as a request's fields are.
    private static func read(_ text: String) throws -> Usage {
        let words = text.split(separator: " ").map(String.init)
        var usage = Usage()
        for index in stride(from: 0, to: words.count, by: 2) {
            let field = try #require(Field(rawValue: words[index]))
            try UsageFields.set(field, words[index + 1], &usage)
        }
        return usage
    }

    private func policy(_ priceFile: String) throws -> Policy {
        try PolicyReader.read(
            text: "version: 1\nlimits: []\nprices: [\(priceFile)]\n", file: "policy.yaml",
            loadFile: { try String(contentsOf: URL(filePath: $0), encoding: .utf8) }
        ).get()
    }

    /// Lines of `model TAB reason`.
    private func listed() throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "disagreements.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let pairs = lines.filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t") }
        return Dictionary(pairs.map { (String($0[0]), String($0[1])) }) { first, _ in first }
    }

    @Test(.timeLimit(.minutes(15)))
    func chatModelsCostWhatLiteLLMSays() throws {
        let calculator = try LiteLLMCalculator(Self.usages)
        let policy = try policy(calculator.priceFile)
        let usages = try Self.usages.mapValues(Self.read)
        var differences: [String: [String]] = [:]
        var models: Set<String> = []
        var unknown: Set<String> = []
        for answer in calculator.answers {
            guard let nano = answer.nano else {
                unknown.insert(answer.model)
                continue
            }
            models.insert(answer.model)
            var usage = try #require(usages[answer.usage])
            usage.model = answer.model
            let pricing = policy.cost(of: usage, subject: Subject(), at: 0)
            if case .priced(nano, _) = pricing { continue }
            differences[answer.model, default: []].append(
                "\(answer.usage): \(answer.text), and not \(text(pricing))")
        }
        let agreeing = models.count - differences.count
        let share = Double(agreeing) / Double(models.count) * 100
        print(
            "prices: \(agreeing) of \(models.count) chat models agree with LiteLLM in "
                + "\(Self.usages.count) usages, \(share) in 100; it can't price \(unknown.count)")
        let listed = try listed()
        for (model, found) in differences.sorted(by: { $0.key < $1.key }) {
            let reason = listed[model] ?? "no reason"
            print("prices: \(model): \(reason): \(found.joined(separator: "; "))")
        }
        try checkIsComplete(calculator.priceFile)
        #expect(models.count > 2500)
        #expect(share >= 94)
        #expect(Set(differences.keys) == Set(listed.keys))
    }

    /// Every price of the file is charged, or known and listed.
    private func checkIsComplete(_ priceFile: String) throws {
        let text = try String(contentsOf: URL(filePath: priceFile), encoding: .utf8)
        let file = LiteLLMFile(text: text, faults: FaultList(file: "litellm.json"))
        let out = Set(file.findings.filter(\.problem.isFatal).map(\.item)).count
        let check = PriceCheck(
            items: file.items, priced: file.items - out, findings: file.findings)
        print("prices: \(check.priced) of \(check.items) items of every mode have a price")
        for row in check.rows { print("prices: check: " + row.joined(separator: " | ")) }
        #expect(!check.findings.contains { $0.problem == .unknownField })
        // Some models stand there by two names.
        #expect(4000...check.priced ~= file.entries.count)
    }

    private func text(_ pricing: Pricing) -> String {
        switch pricing {
        case .priced(let nano, _): NanoUSD.text(nano)
        case .unknown, .tooLarge: "\(pricing)"
        }
    }
}
