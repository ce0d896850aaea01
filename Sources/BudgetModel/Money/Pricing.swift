/// What the price book says about one call.
public enum Pricing: Hashable, Sendable {
    /// - Parameters:
    ///   - nano: in 1e-9 US dollars, 0 … ``Bounds/maxAmount``.
    ///   - version: which entries it was computed with (`openai/gpt-4o@2026-05-01`, several
    ///     joined with `+`); ``given`` where the caller stated the cost, ``none`` where nothing
    ///     had a price, `free` or `unknown_model` where the policy priced the unknown.
    case priced(nano: Int64, version: String)
    /// No price is in force for it, and the policy gives none.
    case unknown(PriceEntry.Item)
    /// Above ``Bounds/maxAmount``.
    case tooLarge

    /// The version of a cost that the caller stated.
    public static let given = "given"
    /// The version of a call in which nothing has a price.
    public static let none = "none"
}
