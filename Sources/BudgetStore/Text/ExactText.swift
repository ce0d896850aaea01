/// A text by its bytes. Swift's strings are equal where they look the same, so that é written as
/// one character or as two would share a key's place; Redis and budgets tell them apart.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool {
        // What doesn't look the same, which is quickly seen, isn't.
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
