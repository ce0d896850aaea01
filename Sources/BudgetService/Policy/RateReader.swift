// A bucket's rate and burst. Levels are kept as whole numbers of amount × period, which have to
// stay exact in Redis's Lua.

import BudgetModel

/// Reads the keys that belong to `window: bucket`.
struct RateReader {
    /// The largest burst × period (milliseconds): with it and a call as large, sums stay exact.
    private static let mostLevel = Int64(1) << 50

    private static let expected =
        "an amount in a second, minute, hour or day, like 60/m (in the measure's unit)"
    private static let units: [Substring: Int64] = [
        "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]

    private let fields: YAMLFields

    init(_ fields: YAMLFields) {
        self.fields = fields
    }

    /// The window, or nil with faults added.
    func window(_ measure: Measure) -> Window? {
        guard let node = fields.required("rate", Self.expected),
            let text = node.text(Self.expected)
        else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let period = Self.units[parts[1]],
            let amount = try? CapReader.amount(String(parts[0]), of: measure), amount > 0
        else {
            node.fault("\(node.description); expected \(Self.expected)")
            return nil
        }
        return .bucket(Window.Flow(amount: amount, per: period))
    }

    /// The largest burst at a rate.
    static func mostBurst(_ flow: Window.Flow) -> Int64 { mostLevel / flow.milliseconds }

    /// The burst, in the measure's unit, or nil with faults added.
    func burst(_ measure: Measure, _ flow: Window.Flow) -> Int64? {
        let expected = CapReader.expected(measure)
        guard let node = fields.required("burst", "how much fits in at once: " + expected),
            let burst = CapReader.cap(node, of: measure)
        else { return nil }
        guard burst > 0, burst <= Self.mostBurst(flow) else {
            node.fault(
                "\(node.description) is out of range; expected more than 0 and at most "
                    + CapReader.text(Self.mostBurst(flow), of: measure) + " at this rate")
            return nil
        }
        return burst
    }
}
