// Fields of LiteLLM that budgetd knows and can't charge, and what is charged in their place.

enum LiteLLMUnpriced {
    /// By what the name begins or ends with, or contains; the first that fits.
    private static let known: [(part: String, text: String)] = [
        ("off_peak_pricing", "prices by the hour of the day; the usual ones hold all day"),
        ("regional_", "a surcharge of some regions; a call doesn't say where it ran"),
        ("provider_specific_entry", "factors for regions and speeds; a call doesn't state them"),
        ("_balanced", "prices of a tier of service that budgetd doesn't have"),
        ("_ultrafast", "prices of a tier of service that budgetd doesn't have"),
        ("_decisions", "prices of a tier of service that budgetd doesn't have"),
        ("_fast", "prices of a tier of service that budgetd doesn't have"),
        ("audio_token_cost", "cached sound is charged as other cached tokens are"),
        ("image_token_cost", "cached images are charged as other cached tokens are"),
        ("video", "film has no usage of its own; its tokens are charged as other input"),
        ("per_audio_per_second", "sound that comes with other input has no seconds of its own"),
        ("per_pixel", "pixels are not counted; state the cost, or price the model by the image"),
        ("output_cost_per_image_", "images are charged at the price of their usual size"),
        ("per_image", "images within a chat are charged by their tokens"),
        ("output_cost_per_second_", "film is charged at the price of its usual resolution"),
        ("output_cost_per_character", "characters of output are not counted"),
        ("_above_", "this price doesn't depend on the size of the input"),
        ("_per_page", "pages are charged at the plain price"),
        ("per_text_message", "text messages are not counted"),
        ("_cost_per_credit", "credits are not counted"),
        ("_cost_per_session", "sessions are not counted"),
        ("google_maps_grounding", "map queries are charged as other queries"),
        ("citation_cost_per_token", "citations are not counted"),
        ("guardrail_cost_per_unit", "guardrails are not counted"),
    ]

    /// What is to be said of a field that can't be charged; nil where nothing is lost.
    static func problem(
        _ name: String, _ node: JSONNode
    ) -> (problem: PriceFinding.Problem, text: String)? {
        guard isMoney(node) else { return nil }
        if let known = known.first(where: { name.contains($0.part) }) {
            return (.noUsage, known.text)
        }
        return (.unknownField, "this price is not known; it is left out")
    }

    /// Whether there is a number in it that is not zero.
    private static func isMoney(_ node: JSONNode) -> Bool {
        switch node.value {
        case .number(let text): Double(text) != 0
        case .text(let text): Double(text).map { $0 != 0 } ?? false
        case .list(let nodes): nodes.contains(where: isMoney)
        case .object(let members): members.contains { isMoney($0.node) }
        case .flag, .null: false
        }
    }
}
