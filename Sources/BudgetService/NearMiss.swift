/// Finds what somebody probably meant to write: a key of the policy, a field, a command.
public enum NearMiss {
    /// The candidate that is at most two edits and a third of itself away, the nearest and first
    /// of them, or else the first that begins with the word; nil where it would be a guess. Case
    /// does not matter.
    public static func word(for written: String, among candidates: [String]) -> String? {
        let letters = Array(written.lowercased().unicodeScalars)
        guard 2...64 ~= letters.count else { return nil }
        let ranked = candidates.map { candidate in
            (distance(letters, Array(candidate.lowercased().unicodeScalars)), candidate)
        }
        let near = ranked.filter { $0.0 <= 2 && $0.0 * 3 <= $0.1.unicodeScalars.count }
        if let best = near.min(by: { $0.0 < $1.0 }) { return best.1 }
        guard letters.count > 2 else { return nil }
        return candidates.first { $0.lowercased().hasPrefix(written.lowercased()) }
    }

    /// `; did you mean "cap"?`, or nothing.
    static func hint(for written: String, among candidates: [String]) -> String {
        word(for: written, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
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
