// The names of LiteLLM's prices, taken apart: `input_cost_per_token_above_200k_tokens_priority`
// is the price of an input token, above 200,000 tokens of input, in the tier priority.

import BudgetModel
import Foundation

/// What a price of LiteLLM is for.
struct LiteLLMKey: Hashable {
    /// What is priced; the raw value is the name of its plain price.
    enum Kind: String, CaseIterable {
        case input = "input_cost_per_token"
        case output = "output_cost_per_token"
        case cacheRead = "cache_read_input_token_cost"
        case cacheWrite = "cache_creation_input_token_cost"
        case longCacheWrite = "cache_creation_input_token_cost_above_1hr"
        case reasoning = "output_cost_per_reasoning_token"
        case inputAudio = "input_cost_per_audio_token"
        case inputImage = "input_cost_per_image_token"
        case outputAudio = "output_cost_per_audio_token"
        case outputImage = "output_cost_per_image_token"
        case second = "cost_per_second"
        case inputSecond = "input_cost_per_second"
        case outputSecond = "output_cost_per_second"
        case outputVideoSecond = "output_cost_per_video_per_second"
        case imageIn = "input_cost_per_image"
        case imageOut = "output_cost_per_image"
        case query = "input_cost_per_query"
        case character = "input_cost_per_character"
        case call = "input_cost_per_request"
        case page = "ocr_cost_per_page"

        /// The rate of a token that it sets; nil where it is no price of tokens.
        var token: WritableKeyPath<TokenRates, Rate?>? {
            switch self {
            case .input: \.input
            case .output: \.output
            case .cacheRead: \.cacheRead
            case .cacheWrite: \.cacheWrite
            case .longCacheWrite: \.longCacheWrite
            case .reasoning: \.reasoning
            case .inputAudio: \.inputAudio
            case .inputImage: \.inputImage
            case .outputAudio: \.outputAudio
            case .outputImage: \.outputImage
            default: nil
            }
        }

        /// Whether it may depend on the size of the input.
        var hasSteps: Bool {
            [.input, .output, .cacheRead, .cacheWrite, .longCacheWrite].contains(self)
        }

        /// Whether a model of that mode is charged by it.
        func applies(to mode: String?) -> Bool {
            switch self {
            case .imageIn: ["image_generation", "image_edit", "embedding"].contains(mode)
            case .imageOut: ["image_generation", "image_edit"].contains(mode)
            default: true
            }
        }
    }

    var kind: Kind
    /// In input tokens.
    var above: Int64?
    var tier: ServiceTier?

    init(_ kind: Kind, above: Int64? = nil, tier: ServiceTier? = nil) {
        self.kind = kind
        self.above = above
        self.tier = tier
    }

    private static let tiers: [(suffix: String, tier: ServiceTier)] = [
        ("_batches", .batch), ("_flex", .flex), ("_priority", .priority),
    ]

    /// Nil where the name is of no price that budgetd can charge.
    init?(_ name: String) {
        var name = Substring(name)
        for (suffix, tier) in Self.tiers where name.hasSuffix(suffix) {
            self.tier = tier
            name = name.dropLast(suffix.count)
        }
        if name.hasSuffix("_tokens"), let range = name.range(of: "_above_", options: .backwards) {
            guard let above = Self.tokens(name[range.upperBound...].dropLast("_tokens".count))
            else {
                return nil
            }
            self.above = above
            name = name[..<range.lowerBound]
        }
        guard let kind = Kind(rawValue: String(name)) else { return nil }
        self.kind = kind
        if above != nil, !kind.hasSteps { return nil }
        if tier != nil, kind.token == nil { return nil }
    }

    /// `200k` → 200,000.
    private static func tokens(_ text: Substring) -> Int64? {
        let thousands = text.hasSuffix("k")
        guard let number = Int64(thousands ? text.dropLast() : text), 0...1_000_000_000 ~= number
        else { return nil }
        return thousands ? number * 1000 : number
    }
}
