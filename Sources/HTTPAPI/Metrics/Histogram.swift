// A histogram of whole numbers over fixed bounds.

/// Counts values by the first bound that they don't exceed.
struct Histogram: Sendable, Equatable {
    /// Rising; what is above the last has a count of its own.
    let bounds: [Int64]
    private(set) var counts: [Int]
    private(set) var sum: Int64 = 0

    init(_ bounds: [Int64]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// How many there are.
    var count: Int { counts.reduce(0, +) }

    mutating func add(_ value: Int64) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        counts[index] += 1
        sum &+= value
    }

    /// Adds another one with the same bounds.
    mutating func add(_ other: Histogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        sum &+= other.sum
    }

    /// Nanoseconds, from what a decision takes to the store's time-out.
    static let latency = Histogram(
        [
            50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
            25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000,
        ])
    /// Steps in one call of the script.
    static let batch = Histogram([1, 2, 4, 8, 16, 32])
    /// Tokens of a call, up to a large model's context.
    static let tokens = Histogram(
        [100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000])
}
