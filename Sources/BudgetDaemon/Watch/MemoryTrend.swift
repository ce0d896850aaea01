// How fast a Redis's memory grows: the line from the oldest to the newest of its looks within a
// day. Two points are enough, since what is asked is where it leads, not how it wavers.

/// The growth of memory over the last day at most.
struct MemoryTrend {
    /// The time between two samples that are kept; a day of them is 288.
    static let stepMs: Int64 = 300_000
    private static let mostSamples = 288
    private static let dayMs: Int64 = 86_400_000

    private struct Sample {
        var bytes: Int64
        var at: Int64
    }

    /// The oldest first; the last one is the newest look's.
    private var samples: [Sample] = []

    /// Takes a look's bytes. Times are Unix milliseconds; one that goes back begins anew.
    mutating func add(bytes: Int64, at: Int64) {
        if let last = samples.last, at < last.at { samples = [] }
        if let last = samples.last, let before = samples.dropLast().last,
            last.at - before.at < Self.stepMs
        {
            samples.removeLast()
        }
        samples.append(Sample(bytes: bytes, at: at))
        if samples.count > Self.mostSamples { samples.removeFirst() }
    }

    /// How long it has been watched.
    var spanMs: Int64 { (samples.last?.at ?? 0) - (samples.first?.at ?? 0) }

    /// What is more each day; below 0 where it shrinks, 0 where nothing is known.
    var bytesPerDay: Int64 {
        guard let first = samples.first, let last = samples.last, spanMs > 0 else { return 0 }
        return Int64(Double(last.bytes - first.bytes) * Double(Self.dayMs) / Double(spanMs))
    }
}
