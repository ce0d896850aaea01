/// Finds what somebody probably meant to write.
enum NearMiss {
    /// `; did you mean "cap"?` where a candidate is at most two edits and less than half of
    /// itself away, or begins with the word; otherwise nothing. Case does not matter.
    static func hint(for word: String, among candidates: [String]) -> String {
        let written = Array(word.lowercased().unicodeScalars)
        guard 2...64 ~= written.count else { return "" }
        let ranked = candidates.map { candidate in
            (distance(written, Array(candidate.lowercased().unicodeScalars)), candidate)
        }
        let near = ranked.filter { $0.0 <= 2 && $0.0 * 2 < $0.1.utf8.count }
        if let best = near.min(by: { $0.0 < $1.0 }) { return "; did you mean \"\(best.1)\"?" }
        guard written.count > 2,
            let longer = candidates.first(where: { $0.hasPrefix(word.lowercased()) })
        else { return "" }
        return "; did you mean \"\(longer)\"?"
    }

    /// Insertions, deletions, replacements and exchanges of neighbours between two words.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in 0..<left.count {
            var current = [i + 1]
            for j in 0..<right.count {
                var best = min(previous[j + 1], current[j]) + 1
                best = min(best, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, before[j - 1] + 1)
                }
                current.append(best)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
