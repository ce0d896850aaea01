// Several measurements of one thing, told by the one in the middle and by how far apart they lie.

import Foundation

struct Spread: Codable {
    let median: Double
    let low: Double
    let high: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        precondition(!sorted.isEmpty, "nothing was measured")
        let middle = sorted.count / 2
        median =
            sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        low = sorted[0]
        high = sorted[sorted.count - 1]
    }

    /// The median, the lowest and the highest.
    func text(_ digits: Int) -> String {
        String(
            format: "%.\(digits)f (%.\(digits)f–%.\(digits)f)", median, low, high)
    }
}
