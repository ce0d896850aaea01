/// A name as its bytes: Swift's strings are equal where they look the same, budgets are not.
struct ExactName: Hashable, Comparable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func < (left: ExactName, right: ExactName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
