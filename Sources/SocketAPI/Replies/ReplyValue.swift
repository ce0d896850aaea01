// Replies of the connection itself, whose maps have names that only the table of commands knows
// (Answer's maps have names that are known when the program is built).

/// A tree of what a reply may be made of.
indirect enum ReplyValue: Equatable, Sendable {
    case null
    case integer(Int)
    case text(String)
    case bytes([UInt8])
    case list([ReplyValue])
    case map([Pair])
    /// A simple string: redis-cli takes no other for a flag.
    case flag(Flag)

    enum Flag: Equatable, Sendable {
        case write
        case readonly
        case fast
        case noAuthentication
        case optional
        case multiple
        case multipleToken

        var text: StaticString {
            switch self {
            case .write: "write"
            case .readonly: "readonly"
            case .fast: "fast"
            case .noAuthentication: "no_auth"
            case .optional: "optional"
            case .multiple: "multiple"
            case .multipleToken: "multiple_token"
            }
        }
    }

    struct Pair: Equatable, Sendable {
        let name: String
        let value: ReplyValue

        init(_ name: String, _ value: ReplyValue) {
            self.name = name
            self.value = value
        }
    }
}
