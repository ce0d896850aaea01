/// One limit of the policy: `per` × `window` × `measure` × `cap`. A class, since every call that it
/// applies to refers to it.
public final class Limit: Equatable, Sendable {
    /// Whether going past the cap denies, or is only counted and shown.
    public enum Mode: String, CaseIterable, Sendable {
        case enforce
        case shadow
    }

    /// Unique in its policy.
    public let name: String
    /// Canonical order, at least one.
    public let per: [SubjectField]
    public let window: Window
    public let measure: Measure
    /// In the measure's unit (1e-9 US dollars, tokens, calls, milliseconds, …).
    public let cap: Int64
    /// Shares of the cap, each above 0 and at most 1, rising; a warning is due at each.
    public let warnAt: [Double]
    public let match: Match
    public let mode: Mode
    /// Names per + window + measure + match, and nothing else: what was used stays with it when
    /// the cap, the name or the mode changes. 48 bits, so that it is exact in Lua.
    public let identity: Int64
    /// The counter's name inside its scope and window: the measure, and for a limit with a
    /// `match` a digest of it.
    public let counter: String
    /// ``warnAt`` as whole numbers of 1/10000 between blanks.
    public let thresholds: String

    public init(
        name: String, per: [SubjectField], window: Window, measure: Measure, cap: Int64,
        warnAt: [Double] = [], match: Match = Match(), mode: Mode = .enforce
    ) {
        self.name = name
        self.per = per.sorted()
        self.window = window
        self.measure = measure
        self.cap = cap
        self.warnAt = warnAt
        self.match = match
        self.mode = mode
        counter =
            match.isEmpty
            ? measure.name
            : measure.name + "~" + String(Digest.bits48(of: match.text), radix: 36)
        thresholds = warnAt.map { String(Int64(($0 * 10_000).rounded())) }.joined(separator: " ")
        let fields = self.per.map { Digest.escaped($0.name) }.joined(separator: ",")
        let parts = [fields, window.identityText, measure.name, match.text]
        identity = Digest.bits48(of: parts.joined(separator: ";"))
    }

    /// Whether it is a rate, which is outside of what is held and spent.
    public var isBucket: Bool {
        if case .bucket = window { true } else { false }
    }

    /// The rest is made of these.
    public static func == (left: Limit, right: Limit) -> Bool {
        left === right
            || left.identity == right.identity && left.name == right.name && left.per == right.per
                && left.window == right.window && left.measure == right.measure
                && left.cap == right.cap && left.warnAt == right.warnAt
                && left.match == right.match && left.mode == right.mode
    }
}
