// Prometheus's text format, version 0.0.4: families of samples, each a line.

/// Samples of one name.
public struct MetricFamily: Sendable {
    /// What its values do.
    public enum Kind: String, Sendable {
        /// They only rise, until the process ends.
        case counter
        /// They rise and fall.
        case gauge
        /// Counts by bounds.
        case histogram
    }

    /// One value.
    public struct Sample: Sendable {
        let suffix: String
        let labels: [(name: String, value: String)]
        /// As Prometheus reads a number.
        let value: String

        /// A value under labels.
        public init(_ labels: [(name: String, value: String)] = [], _ value: String) {
            self.init("", labels, value)
        }

        /// The same for a whole number.
        public init(_ labels: [(name: String, value: String)] = [], _ value: Int) {
            self.init("", labels, String(value))
        }

        init(_ suffix: String, _ labels: [(name: String, value: String)], _ value: String) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    let name: String
    let kind: Kind
    let help: String
    let samples: [Sample]

    /// - Parameter name: without the `budgetd_` that all have.
    public init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// One whole number.
    public init(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        self.init(name, kind, help, [Sample([], value)])
    }

    /// Its lines; none where there is no sample.
    var text: String {
        guard !samples.isEmpty else { return "" }
        // What every process tells has no prefix, by Prometheus's custom.
        let name = name.hasPrefix("process_") ? name : "budgetd_" + name
        var text = "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name + sample.suffix
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
                text += "{" + labels.joined(separator: ",") + "}"
            }
            text += " " + sample.value + "\n"
        }
        return text
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }

    /// The samples of a histogram, whose numbers are so many of the unit that is shown.
    static func samples(
        _ histogram: Histogram, _ labels: [(name: String, value: String)] = [], per unit: Int64 = 1
    ) -> [Sample] {
        var samples: [Sample] = []
        var count = 0
        for (index, bound) in histogram.bounds.enumerated() {
            count += histogram.counts[index]
            let edge = unit == 1 ? String(bound) : String(Double(bound) / Double(unit))
            samples.append(Sample("_bucket", labels + [("le", edge)], String(count)))
        }
        let total = String(histogram.count)
        samples.append(Sample("_bucket", labels + [("le", "+Inf")], total))
        let sum =
            unit == 1 ? String(histogram.sum) : String(Double(histogram.sum) / Double(unit))
        samples.append(Sample("_sum", labels, sum))
        samples.append(Sample("_count", labels, total))
        return samples
    }
}
