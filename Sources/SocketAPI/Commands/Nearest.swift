// "Did you mean": the known word that a mistyped one is nearest to.

/// The candidate at most two edits away, the nearest and first of them; nil where none is, or
/// where so few letters agree that it would be a guess.
func nearest(to text: String, among candidates: [String]) -> String? {
    let typed = Array(text.utf8.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(typed, Array(candidate.utf8))
        guard distance <= 2, distance * 3 <= candidate.utf8.count else { continue }
        if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
}

/// Insertions, deletions, changes and swaps of neighbours that make one of the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var above = Array(0...right.count)
    for row in 0..<left.count {
        var line = [row + 1]
        for column in 0..<right.count {
            let change = above[column] + (left[row] == right[column] ? 0 : 1)
            var cost = min(change, above[column + 1] + 1, line[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1],
                left[row - 1] == right[column]
            {
                cost = min(cost, before[column - 1] + 1)
            }
            line.append(cost)
        }
        before = above
        above = line
    }
    return above[right.count]
}
