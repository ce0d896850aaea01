// A JSON file as a tree with places. Foundation's readers were rejected: they take numbers
// through floating point, and tell no lines.

/// One value of a JSON file.
package struct JSONNode: Equatable {
    package enum Value: Equatable {
        case object([Member])
        case list([JSONNode])
        /// As it is written.
        case number(String)
        case text(String)
        case flag(Bool)
        case null
    }

    package struct Member: Equatable {
        package let name: String
        /// Of the name.
        let line: Int
        package let node: JSONNode
    }

    package let value: Value
    /// 1 is the first.
    let line: Int

    /// How a fault names what is there.
    package var description: String {
        switch value {
        case .object: "an object"
        case .list: "a list"
        case .number(let text): text.prefix(64) + (text.count > 64 ? "…" : "")
        case .text(let text): "\"" + text.prefix(64) + (text.count > 64 ? "…\"" : "\"")
        case .flag(let flag): flag ? "true" : "false"
        case .null: "null"
        }
    }

    /// The members of an object, each by its name; nil where it is none.
    var members: [String: JSONNode]? {
        guard case .object(let members) = value else { return nil }
        return Dictionary(members.map { ($0.name, $0.node) }) { _, last in last }
    }

    /// The text of a string, or nil.
    var text: String? {
        if case .text(let text) = value { text } else { nil }
    }

    /// A decimal number: as JSON writes one, or as a string of it; nil for anything else.
    var decimal: String? {
        switch value {
        case .number(let text), .text(let text): text
        default: nil
        }
    }
}
