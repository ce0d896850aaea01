// LiteLLM's price file, read as it is: each part worked by hand.

import BudgetModel
import Testing

@testable import BudgetService

@Suite struct LiteLLMFileTests {
    private func file(_ text: String) throws -> (PriceBook, [PriceFinding]) {
        let faults = FaultList(file: "prices.json")
        let file = LiteLLMFile(text: text, faults: faults)
        try #require(faults.faults.isEmpty, "\(faults.faults.map(\.text))")
        return (PriceBook(file.entries), file.findings)
    }

    /// The one item's prices.
    private func book(_ fields: String, mode: String = "chat", provider: String = "p") throws
        -> PriceBook
    {
        try file(#"{"m": {"litellm_provider": "\#(provider)", "mode": "\#(mode)", \#(fields)}}"#).0
    }

    private func nano(_ book: PriceBook, _ text: String, model: String = "m") throws -> Int64? {
        var usage = Usage()
        usage.model = model
        let words = text.split(separator: " ").map(String.init)
        for index in stride(from: 0, to: words.count, by: 2) {
            let field = try #require(Field(rawValue: words[index]))
            try UsageFields.set(field, words[index + 1], &usage)
        }
        guard case .priced(let nano, _) = book.cost(of: usage, at: 0) else { return nil }
        return nano
    }

    @Test func eachTokenAtTheRateOfItsKind() throws {
        let book = try book(
            """
            "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05,
            "cache_read_input_token_cost": 2.5e-7, "cache_creation_input_token_cost": 0.000003125,
            "cache_creation_input_token_cost_above_1hr": "5e-6",
            "output_cost_per_reasoning_token": 2e-05, "input_cost_per_audio_token": 4e-05,
            "output_cost_per_audio_token": 8e-05, "input_cost_per_image_token": 5e-06
            """)
        #expect(try nano(book, "input_tokens 4000 output_tokens 600") == 16_000_000)
        // 100 × 2.5 + 600 × 0.25 + 100 × 3.125 + 200 × 5 = 1712.5 micro-dollars
        #expect(
            try nano(
                book,
                "input_tokens 1000 cache_read_tokens 600 cache_write_tokens 300 "
                    + "cache_write_1h_tokens 200") == 1_712_500)
        // 30 × 10 + 50 × 20 + 20 × 80
        #expect(
            try nano(book, "output_tokens 100 reasoning_tokens 50 output_audio_tokens 20")
                == 2_900_000)
        // 60 × 2.5 + 30 × 40 + 10 × 5
        #expect(
            try nano(book, "input_tokens 100 input_audio_tokens 30 input_image_tokens 10")
                == 1_400_000)
        // What is stated alone is charged all the same: 100 × 40, 100 × 80, 100 × 5, 100 × 20
        #expect(try nano(book, "input_audio_tokens 100") == 4_000_000)
        #expect(try nano(book, "output_audio_tokens 100") == 8_000_000)
        #expect(try nano(book, "cache_write_1h_tokens 100") == 500_000)
        #expect(try nano(book, "reasoning_tokens 100") == 2_000_000)
        // Cached sound is charged as cached: 90 × 0.25 + 10 × 40
        #expect(
            try nano(book, "input_tokens 100 cache_read_tokens 90 input_audio_tokens 30")
                == 422_500)
    }

    @Test func aboveAThresholdTheWholeRequestIsDearer() throws {
        let prices = """
            "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06,
            "cache_read_input_token_cost": 1e-07,
            "input_cost_per_token_above_128k_tokens": 2e-06,
            "input_cost_per_token_above_200k_tokens": 3e-06,
            "output_cost_per_token_above_200k_tokens": 4e-06,
            "cache_read_input_token_cost_above_200k_tokens": 2e-07
            """
        let book = try book(prices)
        #expect(try nano(book, "input_tokens 128000 output_tokens 10") == 128_020_000)
        #expect(try nano(book, "input_tokens 128001 output_tokens 10") == 256_022_000)
        #expect(try nano(book, "input_tokens 200000 output_tokens 10") == 400_020_000)
        #expect(try nano(book, "input_tokens 200001 output_tokens 10") == 600_043_000)
        // Cached tokens count towards the threshold: 50,001 × 3 + 150,000 × 0.2
        #expect(try nano(book, "input_tokens 200001 cache_read_tokens 150000") == 180_003_000)
        // At xAI from the threshold on.
        let xai = try self.book(prices, provider: "xai")
        #expect(try nano(xai, "input_tokens 199999") == 399_998_000)
        #expect(try nano(xai, "input_tokens 200000") == 600_000_000)
    }

    @Test func tiersByThemselvesAndAboveAThreshold() throws {
        let book = try book(
            """
            "input_cost_per_token": 4e-06, "output_cost_per_token": 8e-06,
            "cache_read_input_token_cost": 1e-06, "output_cost_per_reasoning_token": 1.2e-05,
            "input_cost_per_token_above_200k_tokens": 6e-06,
            "input_cost_per_token_priority": 7e-06, "output_cost_per_token_priority": 1.4e-05,
            "input_cost_per_token_above_200k_tokens_priority": 1e-05,
            "input_cost_per_token_flex": 2e-06,
            "input_cost_per_token_batches": 3e-06, "output_cost_per_token_batches": 5e-06
            """)
        let small = "input_tokens 1000 cache_read_tokens 400 output_tokens 10 reasoning_tokens 10 "
        // 600 × 4 + 400 × 1 + 10 × 12
        #expect(try nano(book, small + "service_tier standard") == 2_920_000)
        // Its output has a price and its reasoning none: 600 × 7 + 400 × 1 + 10 × 14
        #expect(try nano(book, small + "service_tier priority") == 4_740_000)
        // 600 × 2 + 400 × 1 + 10 × 12
        #expect(try nano(book, small + "service_tier flex") == 1_720_000)
        // Cached tokens have no batch price: 1000 × 3 + 10 × 5
        #expect(try nano(book, small + "service_tier batch") == 3_050_000)
        let large = "input_tokens 200001 "
        #expect(try nano(book, large + "service_tier priority") == 2_000_010_000)
        // No price of the tier above the threshold, but a standard one.
        #expect(try nano(book, large + "service_tier flex") == 1_200_006_000)
        // The batch has no threshold.
        #expect(try nano(book, large + "service_tier batch") == 600_003_000)
    }

    @Test func rangesOfInput() throws {
        let book = try book(
            """
            "tiered_pricing": [
              {"range": [32000.0, 128000.0], "input_cost_per_token": 2e-06,
               "output_cost_per_token": 6e-06, "output_cost_per_reasoning_token": 8e-06},
              {"range": [0, 32e3], "input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06,
               "cache_read_input_token_cost": 1e-07}
            ]
            """)
        let rest = " output_tokens 10 reasoning_tokens 10 cache_read_tokens 1000"
        #expect(try nano(book, "input_tokens 32000" + rest) == 31_140_000)
        #expect(try nano(book, "input_tokens 32001" + rest) == 64_082_000)
        #expect(try nano(book, "input_tokens 500000" + rest) == 1_000_080_000)
    }

    @Test(
        arguments: [
            (
                "image_generation", #""output_cost_per_image": 0.04, "input_cost_per_image": 1"#,
                "images 3", 120_000_000
            ),
            ("image_generation", #""input_cost_per_image": 0.02"#, "images 3", 60_000_000),
            // Stated tokens are what the image is made of.
            (
                "image_generation",
                #""output_cost_per_image": 0.04, "output_cost_per_image_token": 3e-05"#,
                "output_tokens 1000 images 1", 30_000_000
            ),
            (
                "embedding", #""input_cost_per_token": 1e-07, "input_cost_per_image": 6e-05"#,
                "input_tokens 1000 images 2 input_image_tokens 400", 180_000
            ),
            ("embedding", #""input_cost_per_token": 2e-08"#, "input_tokens 1000", 20_000),
            ("rerank", #""input_cost_per_query": 0.002"#, "queries 2", 4_000_000),
            ("search", #""input_cost_per_query": 0.005"#, "queries 1", 5_000_000),
            ("audio_speech", #""input_cost_per_character": 1.5e-05"#, "characters 200", 3_000_000),
            (
                "audio_transcription",
                #""input_cost_per_second": 0.0001, "output_cost_per_second": 0.0"#,
                "seconds 61.5", 6_150_000
            ),
            (
                "chat", #""cost_per_second": 0.011, "input_cost_per_second": 0.5"#, "seconds 2",
                22_000_000
            ),
            // A model whose tokens have a price is not paid by time too.
            (
                "chat", #""input_cost_per_token": 1e-06, "input_cost_per_second": 1"#,
                "input_tokens 5 seconds 2", 5000
            ),
            ("video_generation", #""output_cost_per_second": 0.1"#, "seconds 4", 400_000_000),
            ("ocr", #""ocr_cost_per_page": 0.001"#, "units 12", 12_000_000),
            ("chat", #""input_cost_per_request": 0.005"#, "input_tokens 9", 5_000_000),
            (
                "chat",
                #"""
                "input_cost_per_token": 1e-06, "search_context_cost_per_query":
                {"search_context_size_low": 0.01, "search_context_size_medium": 0.01}
                """#, "input_tokens 5 queries 2", 20_005_000
            ),
        ] as [(String, String, String, Int64)])
    func pieces(mode: String, fields: String, usage: String, expected: Int64) throws {
        #expect(try nano(book(fields, mode: mode), usage) == expected)
    }

    @Test func namesAreFoundAsLiteLLMFindsThem() throws {
        let price = { (provider: String, price: Int) in
            #"{"litellm_provider": "\#(provider)", "input_cost_per_token": \#(price)e-6}"#
        }
        let (book, findings) = try file(
            """
            {"sample_spec": {"input_cost_per_token": 1},
             "gpt": \(price("openai", 1)), "azure/gpt": \(price("azure", 2)),
             "router/azure/gpt": \(price("router", 3)),
             "vertex_ai/claude": \(price("vertex_ai-anthropic_models", 4)),
             "two": \(price("x", 5)), "x/two": \(price("x", 6)),
             "converse": \(price("bedrock_converse", 7))}
            """)
        let cost = { (provider: String?, model: String) -> Int64? in
            var usage = Usage()
            usage.model = model
            usage.provider = provider
            usage.inputTokens = 1
            guard case .priced(let nano, _) = book.cost(of: usage, at: 0) else { return nil }
            return nano / 1000
        }
        #expect(cost(nil, "gpt") == 1)
        #expect(cost("openai", "gpt") == 1)
        #expect(cost(nil, "openai/gpt") == 1)
        #expect(cost("azure", "gpt") == 2)
        #expect(cost("azure", "azure/gpt") == 2)
        #expect(cost(nil, "azure/gpt") == 2)
        #expect(cost("router", "azure/gpt") == 3)
        #expect(cost("somebody", "gpt") == nil)
        #expect(cost("vertex_ai", "claude") == 4)
        #expect(cost(nil, "vertex_ai/claude") == 4)
        #expect(cost("bedrock", "converse") == 7)
        #expect(cost(nil, "sample_spec") == nil)
        // The name with its provider is looked up first.
        for (provider, model) in [("x", "two"), (nil, "two"), (nil, "x/two")] {
            #expect(cost(provider, model) == 6)
        }
        #expect(findings.map(\.item) == ["two"])
        #expect(findings.map(\.problem) == [.shadowed])
    }

    @Test func versionsOfAModelHaveItsPrice() throws {
        let book = try file(
            """
            {"gpt": {"litellm_provider": "openai", "input_cost_per_token": 1e-06},
             "gpt-2025-01-01": {"litellm_provider": "openai", "input_cost_per_token": 2e-06},
             "ft:gpt": {"litellm_provider": "openai", "input_cost_per_token": 3e-06},
             "gemini/pro": {"litellm_provider": "gemini", "input_cost_per_token": 4e-06}}
            """
        ).0
        let rows: [(String?, String, Int64?)] = [
            (nil, "gpt-2026-05-01", 1), ("openai", "gpt-2026-05-01", 1),
            (nil, "openai/gpt-2026-05-01", 1), (nil, "gpt-2025-01-01", 2),
            (nil, "gpt-2026-05-32", nil), (nil, "gpt-001", nil), (nil, "ft:gpt:house::id", 3),
            (nil, "ft:gpt:house:id", nil), ("gemini", "pro-001", 4), (nil, "gemini/pro-001", 4),
            ("gemini", "pro-exp", nil), ("azure", "gpt-2026-05-01", nil),
        ]
        for (provider, model, micro) in rows {
            let entry = book.entry(model: model, provider: provider, at: 0)
            #expect(
                entry?.rates.tokens.input?.femto == micro.map { $0 * 1_000_000_000 }, "\(model)")
        }
        // A dated price of our own is for the name that it has.
        let own = PriceBook([
            PriceEntry(item: .model("gpt", provider: nil), from: 0, rates: Rates(perCall: .free))
        ])
        #expect(own.entry(model: "gpt-2026-05-01", provider: nil, at: 0) == nil)
    }

    @Test func aChangedPriceIsAnotherVersion() throws {
        let version = { (price: String) in
            try book(#""input_cost_per_token": \#(price), "max_tokens": 1"#).entries[0].version
        }
        let one = try version("1e-06")
        #expect(one.hasPrefix("litellm:m#"))
        #expect(one.utf8.count == "litellm:m#".utf8.count + 8)
        #expect(try version("0.000001") == one)
        #expect(try version("1.1e-06") != one)
    }

    @Test func fireworksChargesHalfForCachedTokens() throws {
        let book = try book(#""input_cost_per_token": 9e-07"#, provider: "fireworks_ai")
        #expect(try nano(book, "input_tokens 100 cache_read_tokens 60") == 63_000)
        let embedding = try self.book(
            #""input_cost_per_token": 9e-07"#, provider: "fireworks_ai-embedding-models")
        #expect(try nano(embedding, "input_tokens 100 cache_read_tokens 60") == 90_000)
    }
}
