/// What a command answers: maps, lists, text, integers and null only, so that RESP2, RESP3 and
/// JSON mean the same.
public enum Answer: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case list([Answer])
    case map([Pair])

    /// One field of a map. The order is part of the answer.
    public struct Pair: Equatable, Sendable {
        public let name: StaticName
        public let value: Answer

        public init(_ name: StaticString, _ value: Answer) {
            self.name = StaticName(name)
            self.value = value
        }
    }

    /// A name that is known when the program is built.
    public struct StaticName: Equatable, Sendable {
        public let text: StaticString

        init(_ text: StaticString) {
            self.text = text
        }

        public static func == (left: StaticName, right: StaticName) -> Bool {
            left.text.description == right.text.description
        }
    }

    /// A flag: 0 or 1.
    public static func flag(_ value: Bool) -> Answer { .integer(value ? 1 : 0) }

    /// Text or null.
    public static func optional(_ value: String?) -> Answer { value.map(Answer.text) ?? .null }

    /// An integer or null.
    public static func optional(_ value: Int64?) -> Answer { value.map(Answer.integer) ?? .null }

    /// The value of a map's field, or nil.
    public subscript(name: String) -> Answer? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { $0.name.text.description == name }?.value
    }
}
