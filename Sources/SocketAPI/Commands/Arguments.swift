// The arguments of a connection's own command, copied: one that waits in a MULTI must not keep
// the receive buffer alive that it came in.

import RESP

/// What stands behind the verb.
struct Arguments: Sendable {
    let values: [[UInt8]]

    init(_ request: Request) {
        values = (1..<max(1, request.count)).map { request.bytes(at: $0) }
    }

    var count: Int { values.count }

    /// An argument as text; nil if it isn't UTF-8 or isn't there.
    func text(_ index: Int) -> String? {
        guard index < values.count else { return nil }
        return String(validating: values[index], as: UTF8.self)
    }

    /// An argument as a word in upper case; empty if it is none.
    func word(_ index: Int) -> String { text(index)?.uppercased() ?? "" }
}
