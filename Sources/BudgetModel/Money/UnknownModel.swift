/// What the policy says about a model or machine without a price.
public enum UnknownModel: Hashable, Sendable {
    /// The call is denied: an unpriced call must not pass as a free one.
    case deny
    /// It costs nothing.
    case free
    /// A model is charged at these rates; a machine is denied, since they are a model's.
    case price(Rates)

    /// The rates in place of the missing ones and the version that names them, or nil.
    func rates(for item: PriceEntry.Item) -> (rates: Rates, version: String)? {
        switch (self, item) {
        case (.free, _): (Rates(), "free")
        case (.price(let rates), .model): (rates, "unknown_model")
        case (.deny, _), (.price, _): nil
        }
    }
}
