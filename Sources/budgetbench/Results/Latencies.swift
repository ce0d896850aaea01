// How long replies took, as an HdrHistogram: a fixed size however many there are, and to three
// digits whatever they lie around.

import Histogram

struct Latencies {
    /// Longer than any server is waited for.
    private static let longest: UInt64 = 60_000_000_000

    private var histogram = Histogram<UInt32>(
        highestTrackableValue: longest, numberOfSignificantValueDigits: .three)

    var count: Int { Int(histogram.totalCount) }

    mutating func record(_ nanoseconds: UInt64) {
        histogram.record(min(nanoseconds, Self.longest))
    }

    mutating func add(_ other: Latencies) {
        histogram.add(other.histogram)
    }

    /// In microseconds.
    /// - Parameter percentile: 0 … 100.
    func micros(_ percentile: Double) -> Double {
        Double(histogram.valueAtPercentile(percentile)) / 1000
    }
}
