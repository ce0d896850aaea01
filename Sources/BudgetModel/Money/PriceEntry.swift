/// One dated line of the price book: what something costs from a day on.
public struct PriceEntry: Hashable, Sendable {
    /// What has a price.
    public enum Item: Hashable, Sendable {
        /// A model; without a provider, the model at any provider that has no entry of its own.
        case model(String, provider: String?)
        case machine(String)
        case tool(String)

        /// `gpt-4o`, `openai/gpt-4o`, `machine:a100`, `tool:web_search`.
        public var name: String {
            switch self {
            case .model(let model, provider: nil): model
            case .model(let model, provider: let provider?): provider + "/" + model
            case .machine(let machine): "machine:" + machine
            case .tool(let tool): "tool:" + tool
            }
        }
    }

    public let item: Item
    /// Unix time in milliseconds of the UTC midnight from which the rates hold.
    public let from: Int64
    public let rates: Rates
    /// Names the entry in the ledger: `openai/gpt-4o@2026-05-01`.
    public let version: String

    public init(item: Item, from: Int64, rates: Rates) {
        self.item = item
        self.from = from
        self.rates = rates
        version = item.name + "@" + CivilDate(unixMilliseconds: from).text
    }
}
