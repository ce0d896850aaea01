/// Something about an item of a price file that budgetd can't charge, or not quite.
public struct PriceFinding: Codable, Hashable, Sendable {
    /// Why.
    public enum Problem: String, Codable, CaseIterable, Sendable {
        /// The item has no price that budgetd can charge: its calls are unknown to the book.
        case noPrice = "no_price"
        /// A price of something that budgetd is not told about: a pixel, a session, a region.
        case noUsage = "no_usage"
        /// A field that looks like a price and is not known.
        case unknownField = "unknown_field"
        case notANumber = "not_a_number"
        case negative
        case tooLarge = "too_large"
        /// Finer than 1e-15 dollars; it was rounded half-even.
        case rounded
        /// The item has the same name as another one, which holds.
        case shadowed

        /// Whether the item is out of the book because of it.
        public var isFatal: Bool {
            switch self {
            case .noPrice, .notANumber, .negative, .tooLarge, .shadowed: true
            case .noUsage, .unknownField, .rounded: false
            }
        }
    }

    /// As it was named: the price file.
    public let file: String
    /// 1 is the first.
    public let line: Int
    /// As the file names it.
    public let item: String
    /// The field of the item; empty where it is about the whole item.
    public let field: String
    public let problem: Problem
    /// What is there, and what is done about it.
    public let text: String
}
