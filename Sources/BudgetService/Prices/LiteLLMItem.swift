// One item of LiteLLM's price file: which of its fields are prices, and what is said of those
// that can't be charged. A field that is zero and can't be charged loses nothing, and is passed
// over; so are the many fields that are no prices.

import BudgetModel

/// Reads one item.
struct LiteLLMItem {
    private let file: String
    private let member: JSONNode.Member
    private let fields: [String: JSONNode]
    /// Without what LiteLLM adds for its own use: `vertex_ai-language-models` is `vertex_ai`.
    let provider: String?
    /// As the file names it.
    private let ownProvider: String?
    private let mode: String?
    private var prices: [LiteLLMKey: Rate] = [:]
    private var ranges: [(above: Int64, prices: [LiteLLMKey: Rate])] = []
    private(set) var findings: [PriceFinding] = []

    /// What is priced by other names: in units of Databricks, or once more for older readers.
    private static let otherNames: Set<String> = [
        "input_dbu_cost_per_token", "output_dbu_cost_per_token", "input_cost_per_token_cache_hit",
        "explicit_cache_read_input_token_cost",
    ]
    private static let families = [
        ("vertex_ai-", "vertex_ai"), ("fireworks_ai-", "fireworks_ai"),
        ("bedrock_converse", "bedrock"),
    ]

    init(file: String, member: JSONNode.Member, fields: [String: JSONNode]) {
        self.file = file
        self.member = member
        self.fields = fields
        mode = fields["mode"]?.text
        let named = fields["litellm_provider"]?.text
        ownProvider = named
        provider = Self.families.first { named?.hasPrefix($0.0) ?? false }?.1 ?? named
        for (name, node) in fields.sorted(by: { $0.value.line < $1.value.line }) {
            read(name, node)
        }
    }

    /// Whether the item's name is the model's name without its provider.
    private var isBare: Bool { provider.map { !member.name.hasPrefix($0 + "/") } ?? true }

    /// The item's entry, or nil with a finding.
    mutating func entry() -> PriceEntry? {
        let model = isBare ? member.name : String(member.name.dropFirst((provider ?? "").count + 1))
        let isUsable = model.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        guard isUsable, 1...Bounds.maxNameBytes ~= model.utf8.count else {
            add("", .noPrice, "its name can't be a model's; no call has this price")
            return nil
        }
        guard !findings.contains(where: \.problem.isFatal) else { return nil }
        guard !prices.isEmpty || !ranges.isEmpty else {
            add("", .noPrice, "nothing that a call states has a price; it is an unknown model")
            return nil
        }
        return PriceEntry(
            item: .model(model, provider: provider), source: "litellm", name: member.name,
            rates: rates, isDefault: isBare)
    }

    private var rates: Rates {
        var rates = LiteLLMTokens(prices: prices, ranges: ranges, provider: ownProvider).rates
        let price = { (kind: LiteLLMKey.Kind) in prices[LiteLLMKey(kind)] }
        let output = [price(.outputSecond), price(.outputVideoSecond)].compactMap { $0 }
        let second =
            price(.second) ?? output.first { $0 != .free } ?? price(.inputSecond) ?? output.first
        rates.perHour = second.map { Rate(femto: $0.femto * 3600) }
        rates.perImage = price(.imageOut) ?? price(.imageIn)
        rates.perQuery = price(.query)
        rates.perCharacter = price(.character)
        rates.perCall = price(.call)
        rates.perUnit = price(.page)
        return rates
    }

    private mutating func read(_ name: String, _ node: JSONNode) {
        switch name {
        case "tiered_pricing": readRanges(node)
        case "search_context_cost_per_query": readSearches(node)
        case _ where Self.otherNames.contains(name) || !Self.isPrice(name): break
        default: readPrice(name, node)
        }
    }

    /// Whether a field sounds like money: a price that is not known has to be seen.
    private static func isPrice(_ name: String) -> Bool {
        name.contains("cost") || name.contains("pric") || name.contains("multiplier")
            || name.hasSuffix("_fee") || name == "provider_specific_entry"
    }

    private mutating func readPrice(_ name: String, _ node: JSONNode) {
        guard let key = LiteLLMKey(name), key.kind.applies(to: mode) else {
            if let problem = LiteLLMUnpriced.problem(name, node) {
                add(name, problem.problem, problem.text, node)
            }
            return
        }
        guard let rate = rate(name, node) else { return }
        if key.kind.rawValue.hasSuffix("second"), rate.femto > Rate.most / 3600 {
            add(name, .tooLarge, "\(node.description) is too large; expected at most 2.5", node)
        } else {
            prices[key] = rate
        }
    }

    private mutating func rate(_ name: String, _ node: JSONNode) -> Rate? {
        if node.value == .null { return nil }
        guard let text = node.decimal else {
            add(name, .notANumber, "\(node.description) is not a number", node)
            return nil
        }
        do throws(DecimalText.Fault) {
            let (rate, isRounded) = try Rate.read(exactly: text)
            if isRounded {
                let held = NanoUSD.scaledText(rate.femto, digits: 15)
                add(name, .rounded, "\(text) is finer than 1e-15; held as \(held)", node)
            }
            return rate
        } catch {
            switch error {
            case .notANumber:
                add(name, .notANumber, "\(node.description) is not a number", node)
            case .negative: add(name, .negative, "\(text) is negative", node)
            case .tooLarge, .tooSmall:
                add(name, .tooLarge, "\(text) is too large; expected at most 9000", node)
            }
            return nil
        }
    }

    /// Rates by range of input tokens: `{ range: [0, 32000], input_cost_per_token: … }`.
    private mutating func readRanges(_ node: JSONNode) {
        guard case .list(let list) = node.value else {
            add("tiered_pricing", .notANumber, "found \(node.description), not a list", node)
            return
        }
        for element in list {
            let members = element.members ?? [:]
            guard case .list(let bounds) = members["range"]?.value, bounds.count == 2,
                let text = bounds[0].decimal, let start = try? DecimalText.read(text, scale: 0),
                start <= Int128(Bounds.maxTokens)
            else {
                add(
                    "tiered_pricing", .noUsage,
                    "prices by something else than a range of input tokens; they are left out",
                    node)
                return
            }
            var own: [LiteLLMKey: Rate] = [:]
            for (name, price) in members {
                guard let key = LiteLLMKey(name), key.kind.token != nil else { continue }
                own[key] = rate("tiered_pricing." + name, price)
            }
            ranges.append((Int64(start), own))
        }
        ranges.sort { $0.above < $1.above }
    }

    /// A search costs one of three prices, by how much is read; the request doesn't say which.
    private mutating func readSearches(_ node: JSONNode) {
        let field = "search_context_cost_per_query"
        let sizes = ["medium", "low", "high"].compactMap { size in
            node.members?["search_context_size_" + size]
        }
        let rates = sizes.compactMap { rate(field, $0) }
        guard let first = rates.first else { return }
        prices[LiteLLMKey(.query)] = prices[LiteLLMKey(.query)] ?? first
        if rates.contains(where: { $0 != first }) {
            add(field, .noUsage, "searches of every size are charged as medium ones", node)
        }
    }

    /// Adds a finding; at the item itself where no node is given.
    mutating func add(
        _ field: String, _ problem: PriceFinding.Problem, _ text: String, _ node: JSONNode? = nil
    ) {
        findings.append(
            PriceFinding(
                file: file, line: node?.line ?? member.line, item: member.name, field: field,
                problem: problem, text: text))
    }
}
