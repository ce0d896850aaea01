// What of a client's text goes into an error line: little, and nothing that breaks a line.

/// The beginning of a text, control characters shown as `?`.
func excerpt(_ text: String, atMost limit: Int = 64) -> String {
    let shown = text.unicodeScalars.prefix(limit).map { scalar in
        scalar.value < 0x20 || scalar.value == 0x7f ? "?" : Character(scalar)
    }
    return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
}
