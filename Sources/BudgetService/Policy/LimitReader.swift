// One limit of the policy file.

import BudgetModel

/// Reads one limit.
struct LimitReader {
    private static let keys = [
        "name", "per", "window", "idle", "measure", "cap", "warn_at", "match", "mode", "rate",
        "burst",
    ]
    /// Thresholds of one limit: each is looked at with every settlement.
    private static let maxThresholds = 8

    private let fields: YAMLFields

    /// Nil with a fault added where the node is no mapping.
    init?(_ node: YAMLNode) {
        guard let fields = node.fields(Self.keys) else { return nil }
        self.fields = fields
    }

    /// The limit, or nil with faults added.
    func limit() -> Limit? {
        let name = fields.required("name", "a name")?.name("a name")
        let per = fields.required("per", "a list of subject fields")?.subjectFields(
            atLeastOne: true)
        let measure = fields.required("measure", "what the limit counts")?
            .choice(Measure.allCases.map { ($0.name, $0) })
        let window = WindowReader(fields).window(measure)
        let cap: Int64? = if let measure { cap(measure, window) } else { nil }
        let warnAt = fields["warn_at"].map(thresholds) ?? []
        let match = fields["match"].map(MatchReader.match) ?? Match()
        let modes = Limit.Mode.allCases.map { ($0.rawValue, $0) }
        let mode = fields["mode"].map { $0.choice(modes) } ?? .enforce
        checkCombination(measure, window, per)
        guard let name, let per, let window, let measure, let cap, let mode else { return nil }
        return Limit(
            name: name, per: per, window: window, measure: measure, cap: cap, warnAt: warnAt,
            match: match, mode: mode)
    }

    private func cap(_ measure: Measure, _ window: Window?) -> Int64? {
        if fields["window"]?.isText("bucket") == true, window == nil { return nil }
        guard case .bucket(let flow)? = window else {
            return fields.required("cap", CapReader.expected(measure)).flatMap {
                CapReader.cap($0, of: measure)
            }
        }
        fields["cap"]?.fault(
            "cap does not go with window: bucket; expected burst, which is its cap")
        return RateReader(fields).burst(measure, flow)
    }

    private func checkCombination(_ measure: Measure?, _ window: Window?, _ per: [SubjectField]?) {
        if measure == .inFlight, let window, window != .lifetime(idleMilliseconds: nil) {
            fields.owner.fault(
                "in_flight counts open reservations, which know no end of a window; expected "
                    + "window: lifetime without idle")
        }
        if measure == .tasks, let window, !Self.keepsTasks(window) {
            fields.owner.fault(
                "tasks never go down; expected a lifetime or a calendar window, not \(window.name)")
        }
        if measure == .tasks, let per, !per.contains(.run) {
            fields.owner.fault("tasks are counted within a run; expected run in per")
        }
    }

    private static func keepsTasks(_ window: Window) -> Bool {
        switch window {
        case .calendar, .lifetime: true
        case .rolling, .bucket: false
        }
    }

    /// Shares of the cap, each larger than the one before.
    private func thresholds(_ node: YAMLNode) -> [Double] {
        let expected = "shares of the cap above 0 and up to 1, rising, like [0.8, 0.95]"
        guard let nodes = node.list(expected, orOne: true) else { return [] }
        if nodes.count > Self.maxThresholds {
            node.fault(
                "\(nodes.count) thresholds are too many; expected at most \(Self.maxThresholds)")
        }
        var shares: [Double] = []
        for node in nodes.prefix(Self.maxThresholds) {
            guard let text = node.text(expected) else { continue }
            guard NumberText.isNumber(text), let share = Double(text), share > 0, share <= 1 else {
                let what = NumberText.isNumber(text) ? "is out of range" : "is not a number"
                node.fault("\(node.description) \(what); expected \(expected)")
                continue
            }
            if let last = shares.last, share <= last {
                node.fault("\(node.description) does not rise; expected \(expected)")
            }
            shares.append(share)
        }
        return shares
    }
}
