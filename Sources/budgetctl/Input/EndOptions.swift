// When a cap or a grant ends: after a while, or at a moment.

import ArgumentParser

struct EndOptions: ParsableArguments {
    @Option(
        name: .customLong("for"), parsing: .unconditional, help: "How long it lasts: 20m, 2h, 7d.")
    var length: String?

    @Option(parsing: .unconditional, help: "When it ends: 2026-12-01T00:00Z.")
    var until: String?

    func validate() throws {
        if length != nil, until != nil {
            throw ValidationError("--for and --until say the same; expected one of them")
        }
    }

    var isGiven: Bool { length != nil || until != nil }

    /// The words that say it, by the daemon's clock; none where it has no end. A length is counted
    /// from now in whole seconds.
    func words(_ session: Session) throws(Failure) -> [String] {
        guard length != nil else {
            return try moment(after: 0).map { ["until_ms", "\($0)"] } ?? []
        }
        guard let now = try session.ask(["USAGE"])["now_ms"]?.integer else {
            throw Failure.notUnderstood("it doesn't tell the time")
        }
        guard let moment = try moment(after: now) else { return [] }
        return ["until_ms", "\(moment)"]
    }

    /// The moment in milliseconds that is meant, a length being counted from now; nil for none.
    func moment(after now: Int64) throws(Failure) -> Int64? {
        if let until {
            guard let moment = HumanTime.moment(until) else {
                throw Failure.usage("--until is \(until); expected \(HumanTime.momentForm)")
            }
            return moment
        }
        guard let length else { return nil }
        guard let milliseconds = HumanTime.length(length) else {
            throw Failure.usage("--for is \(length); expected \(HumanTime.lengthForm)")
        }
        return (now + milliseconds + 999) / 1000 * 1000
    }
}
