// Who calls how often: the first of n draws 1, the k-th 1/k^s. With s = 1 the first of a thousand
// makes an eighth of all calls, as the busy few of a fleet do; with s = 0 all are alike.

import Glibc

struct ZipfDistribution {
    private let count: Int
    /// The share of those up to each; empty where all are alike.
    private let cumulative: [Double]

    /// - Parameter exponent: s, 0 or more.
    init(count: Int, exponent: Double) {
        precondition(count > 0 && exponent >= 0, "nobody to draw from")
        self.count = count
        guard exponent > 0 else {
            cumulative = []
            return
        }
        var sum = 0.0
        var sums: [Double] = []
        sums.reserveCapacity(count)
        for rank in 1...count {
            sum += pow(Double(rank), -exponent)
            sums.append(sum)
        }
        cumulative = sums.map { $0 / sum }
    }

    /// A number from 0, the most frequent, to `count` - 1.
    func draw(using generator: inout SeededGenerator) -> Int {
        guard !cumulative.isEmpty else { return .random(in: 0..<count, using: &generator) }
        let share = Double.random(in: 0..<1, using: &generator)
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > share { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
