// The shapes of answers, for programs: what PROTOCOL.md says for people. A test holds both
// together, and the running daemon's answers are checked against them.

import BudgetModel
import BudgetService

/// The shape of a command's answer.
enum AnswerShape: String, CaseIterable {
    case decision = "Decision"
    case settlement = "Settlement"
    case standing = "Standing"
    case nearness = "Nearness"
    case ledger = "LedgerPage"
    case ranking = "Ranking"
    case history = "SpendHistory"
    case entries = "EntriesPage"
    case act = "Act"
    case limits = "Limits"
    case subject = "SubjectSettings"
    case audit = "AuditPage"
    case policy = "Policy"
    case policyLook = "PolicyLook"
    case journal = "JournalPage"
    case counters = "CountersPage"

    init(_ command: Command) {
        switch command {
        case .reserve, .charge, .check: self = .decision
        case .commit, .release, .extend, .record, .status: self = .settlement
        case .usage: self = .standing
        case .near: self = .nearness
        case .run: self = .ledger
        case .top: self = .ranking
        case .history: self = .history
        case .entries: self = .entries
        case .limitList: self = .limits
        case .limitSet, .limitUnset, .limitGrant, .limitReset, .subjectSuspend, .subjectResume,
            .correct:
            self = .act
        case .subjectShow: self = .subject
        case .audit: self = .audit
        case .policyShow: self = .policy
        case .policyCheck, .policyReload: self = .policyLook
        case .journal: self = .journal
        case .counters: self = .counters
        }
    }

    /// Its schema.
    var schema: JSON {
        switch self {
        case .decision: Schema.object(Self.decisionFields + Self.moment, optional: Self.onDenial)
        case .settlement: Schema.object(Self.settlementFields + Self.moment)
        case .standing: Schema.object(Self.standingFields + Self.moment)
        case .nearness: Schema.object([Self.limitRows, Self.next] + Self.moment)
        case .ledger: Schema.object(Self.ledgerFields + Self.moment)
        case .ranking: Schema.object(Self.rankingFields + Self.moment)
        case .history: Schema.object(Self.historyFields + Self.moment)
        case .entries: Schema.object(Self.entriesFields + Self.moment)
        case .act: Schema.object(Self.actFields + Self.moment)
        case .limits: Schema.object(Self.limitsFields + Self.moment)
        case .subject: Schema.object(Self.subjectFields + Self.moment)
        case .audit: Schema.object(Self.auditFields + Self.moment)
        case .policy: Schema.object(Self.policyFields + Self.moment.dropFirst())
        case .policyLook:
            Schema.object(Self.lookFields + Self.moment.dropFirst(), optional: ["reloaded"])
        case .journal: Schema.object(Self.journalFields + Self.moment)
        case .counters: Schema.object(Self.countersFields + Self.moment)
        }
    }

    typealias Fields = [(String, JSON)]

    static let moment: Fields = [
        ("seq", Schema.integer), ("now_ms", Schema.integer), ("policy", Schema.text),
    ]

    private static let warnings = Schema.list(
        Schema.object([
            ("limit", Schema.text), ("scope", Schema.text), ("threshold", Schema.money),
        ]))

    /// What only a denial has.
    static let denialFields: Fields = [
        ("reason", Schema.text), ("limit", Schema.optionalText), ("scope", Schema.optionalText),
        ("window", Schema.optionalText), ("cap", Schema.optionalAmount),
        ("spent", Schema.optionalAmount), ("held", Schema.optionalAmount),
        ("requested", Schema.optionalAmount), ("remaining", Schema.optionalAmount),
        ("resets_at_ms", Schema.optionalInteger), ("retryable", Schema.flag),
        ("retry_after_ms", Schema.optionalInteger), ("message", Schema.text),
        ("failed", Schema.list(Schema.text)),
    ]
    static let onDenial = Set(denialFields.map(\.0))

    static let decisionFields: Fields =
        [
            ("decision", Schema.choice(["allow", "deny"])), ("id", Schema.optionalText),
            ("state", Schema.optionalText), ("expires_at_ms", Schema.optionalInteger),
        ] + denialFields + [
            ("advice", Schema.choice(["ok", "conserve", "degrade", "stop"])),
            ("tightest", Schema.optionalText), ("tightest_remaining", Schema.optionalAmount),
            ("warnings", warnings), ("replayed", Schema.flag),
        ]

    private static let settlementFields: Fields = [
        ("id", Schema.text), ("state", Schema.text), ("cost_usd", Schema.money),
        ("tokens", Schema.integer), ("late", Schema.flag), ("over_estimate", Schema.flag),
        ("unpriced", Schema.flag), ("expires_at_ms", Schema.optionalInteger),
        ("warnings", warnings), ("replayed", Schema.flag),
    ]

    private static let limitRows = (
        "limits",
        Schema.list(
            Schema.object([
                ("limit", Schema.text), ("scope", Schema.text), ("window", Schema.text),
                ("measure", Schema.text), ("mode", Schema.text), ("cap", Schema.amount),
                ("spent", Schema.amount), ("held", Schema.amount),
                ("remaining", Schema.amount), ("resets_at_ms", Schema.optionalInteger),
                ("idle_ms", Schema.optionalInteger), ("overridden", Schema.flag),
            ]))
    )

    private static let standingFields: Fields = [
        limitRows, ("advice", Schema.text), ("tightest", Schema.optionalText),
        ("tightest_remaining", Schema.optionalAmount),
    ]

    private static let actFields: Fields = [
        ("action", Schema.text), ("scope", Schema.text), ("limit", Schema.optionalText),
        ("before", Schema.text), ("after", Schema.text), ("replayed", Schema.flag),
    ]
}
