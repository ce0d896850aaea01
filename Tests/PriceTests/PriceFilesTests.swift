// Several price files of one policy: which of them holds, and what aliases mean.

import BudgetModel
import BudgetService
import Testing

@Suite struct PriceFilesTests {
    private static let litellm = """
        {"gpt": {"litellm_provider": "openai", "input_cost_per_token": 1e-06},
         "azure/gpt": {"litellm_provider": "azure", "input_cost_per_token": 2e-06}}
        """
    private static let own = """
        prices:
          - { model: gpt, provider: openai, from: 2026-05-01, per_million: { input: 5, output: 0 } }
        aliases:
          house-fast: gpt
          house-eu: azure/gpt
        """

    private func policy(_ files: [String]) throws -> Policy {
        let names = files.indices.map { "f\($0)" }.joined(separator: ", ")
        return try PolicyReader.read(
            text: "version: 1\nlimits: []\nprices: [\(names)]\n", file: "policy.yaml",
            loadFile: { files[Int($0.dropFirst()) ?? 0] }
        ).get()
    }

    private func version(
        _ policy: Policy, _ model: String, _ provider: String? = nil, at day: String
    ) -> String? {
        let now = CivilDate(day)?.midnight ?? 0
        return policy.priceBook.entry(model: model, provider: provider, at: now)?.version
            .split(separator: "#").first.map(String.init)
    }

    @Test func aLaterFileHoldsFromItsDateOn() throws {
        let policy = try policy([Self.litellm, Self.own])
        for name in ["gpt", "openai/gpt", "house-fast"] {
            #expect(version(policy, name, at: "2026-04-30") == "litellm:gpt")
            #expect(version(policy, name, at: "2026-05-01") == "openai/gpt@2026-05-01")
        }
        #expect(version(policy, "gpt", "openai", at: "2026-05-01") == "openai/gpt@2026-05-01")
        #expect(version(policy, "gpt", "azure", at: "2026-05-01") == "litellm:azure/gpt")
    }

    @Test func theBeginningOfTimeReplacesEverything() throws {
        let policy = try policy([Self.own, Self.litellm])
        #expect(version(policy, "gpt", "openai", at: "2026-05-01") == "litellm:gpt")
    }

    @Test func aliasesHoldAtAnyProviderWithoutAPriceOfItsOwn() throws {
        let policy = try policy([Self.litellm, Self.own])
        #expect(version(policy, "house-eu", at: "2026-05-01") == "litellm:azure/gpt")
        #expect(version(policy, "house-eu", "anybody", at: "2026-05-01") == "litellm:azure/gpt")
        // A house that runs all of it elsewhere says so.
        let moved = try self.policy([Self.litellm, "aliases: { gpt: azure/gpt }\n"])
        #expect(version(moved, "gpt", at: "2026-05-01") == "litellm:azure/gpt")
        #expect(version(moved, "gpt", "openai", at: "2026-05-01") == "litellm:gpt")
    }

    @Test func theDigestSeesPricesAndAliases() throws {
        let digest = try policy([Self.litellm]).digest
        let spaced = Self.litellm.replacing("1e-06", with: "0.0000010")
        #expect(try policy([spaced]).digest == digest)
        let dearer = Self.litellm.replacing("2e-06", with: "2.1e-06")
        #expect(try policy([dearer]).digest != digest)
        #expect(try policy([Self.litellm, "aliases: { a: gpt }\n"]).digest != digest)
    }

    @Test func ownPricesOfEveryKind() throws {
        let policy = try policy([
            """
            prices:
              - model: m
                from: 2026-01-01
                per_million: { input: 1, output: 2, cache_write: 3, cache_write_1h: 4,
                  input_audio: 5, input_image: 6, output_audio: 7, output_image: 8 }
                above:
                  - { input_tokens: 200_000, per_million: { input: 10 } }
                tiers: { flex: { input: 0.5 } }
                per_query: 0.01
              - { model: voice, from: 2026-01-01, per_character: 0.000015 }
              - { model: paint, from: 2026-01-01, per_image: 0.04 }
              - { model: ears, from: 2026-01-01, per_hour: 0.36 }
            """
        ])
        let rates = policy.priceBook.entries.first { $0.item.name == "m" }?.rates
        #expect(rates?.tokens(in: nil, input: 200_000).input == Rate(femto: 1_000_000_000))
        #expect(rates?.tokens(in: nil, input: 200_001).input == Rate(femto: 10_000_000_000))
        #expect(rates?.tokens(in: nil, input: 200_001).outputImage == Rate(femto: 8_000_000_000))
        #expect(rates?.tokens(in: .flex, input: 1).input == Rate(femto: 500_000_000))
        #expect(rates?.tokens(in: .flex, input: 200_001).input == Rate(femto: 10_000_000_000))
        var usage = Usage()
        usage.milliseconds = 10_000
        usage.images = 2
        usage.characters = 100
        let costs = ["voice", "paint", "ears"].map { model in
            usage.model = model
            return policy.cost(of: usage, subject: Subject(), at: Int64.max)
        }
        #expect(
            costs == [
                .priced(nano: 1_500_000, version: "voice@2026-01-01"),
                .priced(nano: 80_000_000, version: "paint@2026-01-01"),
                .priced(nano: 1_000_000, version: "ears@2026-01-01"),
            ])
    }
}
