/// One dated line of the price book: what something costs from a day on. A class, since every
/// call refers to one and rates are many.
public final class PriceEntry: Hashable, Sendable {
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

    /// The day of a price that holds from the beginning of time.
    public static let always = Int64.min

    public let item: Item
    /// Unix time in milliseconds of the UTC midnight from which the rates hold, or ``always``.
    public let from: Int64
    public let rates: Rates
    /// Names the entry in the ledger: `openai/gpt-4o@2026-05-01`.
    public let version: String
    /// Whether a request that names the model and no provider means this entry, whichever other
    /// providers price the model too.
    public let isDefault: Bool

    /// A price from a day on.
    public init(item: Item, from: Int64, rates: Rates) {
        self.item = item
        self.from = from
        self.rates = rates
        version = item.name + "@" + CivilDate(unixMilliseconds: from).text
        isDefault = false
    }

    /// A price without a date, which a source knows by a name.
    ///
    /// Its version is `litellm:gpt-4o#1a2b3c4d`, with a digest of the rates behind the name, so
    /// that a changed price is another version.
    public init(item: Item, source: String, name: String, rates: Rates, isDefault: Bool) {
        self.item = item
        from = PriceEntry.always
        self.rates = rates
        version = source + ":" + name + "#" + rates.digest
        self.isDefault = isDefault
    }

    /// Whether they say the same.
    public static func == (left: PriceEntry, right: PriceEntry) -> Bool {
        left.item == right.item && left.from == right.from && left.rates == right.rates
            && left.version == right.version && left.isDefault == right.isDefault
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(version)
    }
}
