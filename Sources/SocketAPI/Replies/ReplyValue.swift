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

    struct Pair: Equatable, Sendable {
        let name: String
        let value: ReplyValue

        init(_ name: String, _ value: ReplyValue) {
            self.name = name
            self.value = value
        }
    }
}
