// The table of commands: names, roles, arguments and summaries in one place. The socket API, its
// COMMAND DOCS, the protocol text and the checks of arguments are made from it.

/// A command of budgetd.
public enum Command: String, CaseIterable, Sendable {
    case reserve = "RESERVE"
    case commit = "COMMIT"
    case release = "RELEASE"
    case extend = "EXTEND"
    case charge = "CHARGE"
    case record = "RECORD"
    case check = "CHECK"
    case usage = "USAGE"
    case status = "STATUS"
    case run = "RUN"
    case top = "TOP"
    case history = "HISTORY"
    case near = "NEAR"
    case entries = "ENTRIES"
    case limitList = "LIMIT LIST"
    case limitSet = "LIMIT SET"
    case limitUnset = "LIMIT UNSET"
    case limitGrant = "LIMIT GRANT"
    case limitReset = "LIMIT RESET"
    case subjectSuspend = "SUBJECT SUSPEND"
    case subjectResume = "SUBJECT RESUME"
    case subjectShow = "SUBJECT SHOW"
    case audit = "AUDIT"
    case policyShow = "POLICY SHOW"
    case policyCheck = "POLICY CHECK"
    case policyReload = "POLICY RELOAD"
    case journal = "JOURNAL"
    case counters = "COUNTERS"
    case correct = "CORRECT"

    /// What is to be known about it.
    public var spec: CommandSpec {
        guard let spec = Self.table[self] else {
            preconditionFailure("the table is made of all commands")
        }
        return spec
    }

    private static let table = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, $0.makeSpec()) })

    /// The words of its name, one or two.
    public var words: [Substring] { rawValue.split(separator: " ") }

    private func makeSpec() -> CommandSpec {
        switch self {
        case .limitList, .limitSet, .limitUnset, .limitGrant, .limitReset, .subjectSuspend,
            .subjectResume, .subjectShow, .audit, .correct:
            return makeAdministrativeSpec()
        case .policyShow, .policyCheck, .policyReload: return makePolicySpec()
        case .top:
            return CommandSpec(
                .ops, "The largest spenders of this hour, day, week or month",
                positions: ["field", "measure", "window"], fields: [.tenant, .count])
        case .history:
            return CommandSpec(
                .ops, "What the largest spenders spent, hour by hour or day by day",
                positions: ["field", "measure", "window"], fields: [.tenant, .of, .count])
        case .entries:
            return CommandSpec(
                .ops, "A subject's ledger: what became of its calls, the newest first",
                fields: Field.subject + [.count, .cursor])
        case .near:
            return CommandSpec(
                .ops, "The budgets that are nearest to their caps",
                fields: [.tenant, .left, .count, .cursor])
        case .journal:
            return CommandSpec(
                .ops, "The journal as it is written, the oldest line first",
                fields: [.tenant, .count, .cursor])
        case .counters:
            return CommandSpec(
                .ops, "What is counted beside the journal, as it is written",
                fields: [.tenant, .count, .cursor])
        default: return makeWorkerSpec()
        }
    }

    private func makeAdministrativeSpec() -> CommandSpec {
        let act: [Field] = [.reason, .idempotencyKey]
        switch self {
        case .limitSet:
            return CommandSpec(
                .admin, "Another cap for one subject, until a moment or for good",
                fields: [.limit] + Field.subject + [.cap, .until] + act,
                required: [.limit, .cap] + act)
        case .limitUnset:
            return CommandSpec(
                .admin, "The policy's cap again, without what was granted",
                fields: [.limit] + Field.subject + act, required: [.limit] + act)
        case .limitGrant:
            return CommandSpec(
                .admin, "More than the cap for one subject, until a moment",
                fields: [.limit] + Field.subject + [.amount, .until] + act,
                required: [.limit, .amount, .until] + act)
        case .limitReset:
            return CommandSpec(
                .admin, "What was spent in the window of now counts as nothing; holds stay",
                fields: [.limit] + Field.subject + act, required: [.limit] + act)
        case .subjectSuspend:
            return CommandSpec(
                .admin, "Nothing is admitted for a tenant, user, session, run or agent",
                fields: Field.subject + act, required: act)
        case .subjectResume:
            return CommandSpec(
                .admin, "Ends a suspension", fields: Field.subject + act, required: act)
        case .correct:
            return CommandSpec(
                .admin, "Sets counters back to what the journal's entries say",
                fields: [.tenant, .key, .changes, .asOf] + act,
                required: [.key, .changes, .asOf] + act)
        case .subjectShow:
            return CommandSpec(
                .admin, "What is set for a subject: suspensions, caps, grants",
                fields: Field.subject)
        case .audit:
            return CommandSpec(
                .admin, "Who changed what, when and why, the newest first",
                fields: Field.subject + [
                    .limit, .action, .actor, .since, .until, .count, .cursor,
                ])
        default:
            return CommandSpec(
                .admin, "The policy's limits, and what is set beside them",
                fields: [.tenant, .cursor])
        }
    }

    /// About the whole house, so of no use to whoever is bound to a tenant.
    private func makePolicySpec() -> CommandSpec {
        let summary =
            switch self {
            case .policyShow: "The policy in force, and the daemons that have it or another one"
            case .policyCheck: "What is wrong with the policy's files as they are now"
            default: "Takes the policy's files as they are now, whole or not at all"
            }
        return CommandSpec(
            .admin, summary, fields: self == .policyReload ? [.reason] : [], isHouseWide: true)
    }

    private func makeWorkerSpec() -> CommandSpec {
        switch self {
        case .reserve:
            CommandSpec(
                .worker, "Holds an estimate on all limits that apply, or denies",
                fields: [.idempotencyKey] + Field.subject + Field.usage + [.ttl],
                required: [.idempotencyKey])
        case .commit:
            CommandSpec(
                .worker, "Settles a reservation with what was really used",
                positions: ["id"], fields: Field.usage)
        case .release:
            CommandSpec(
                .worker, "Gives a hold back: the call was not sent", positions: ["id"])
        case .extend:
            CommandSpec(
                .worker, "Sets a hold's deadline to ttl_ms from now", positions: ["id"],
                fields: [.ttl], required: [.ttl])
        case .charge:
            CommandSpec(
                .worker, "Spends if all limits allow it, or denies",
                fields: [.idempotencyKey] + Field.subject + Field.usage,
                required: [.idempotencyKey])
        case .record:
            CommandSpec(
                .worker, "Enters what is spent already; never denied",
                fields: [.idempotencyKey] + Field.subject + Field.usage,
                required: [.idempotencyKey])
        case .check:
            CommandSpec(
                .worker, "The decision that RESERVE would give; changes nothing",
                fields: Field.subject + Field.usage)
        case .usage:
            CommandSpec(
                .worker, "What every limit that applies stands at",
                fields: Field.subject + Field.usage)
        case .status:
            CommandSpec(
                .worker, "What became of a reservation, charge or record",
                positions: ["id"], isPositionOptional: true,
                fields: [.idempotencyKey, .tenant])
        default:
            CommandSpec(
                .ops, "A run's ledger: the total, tasks by cost, entries by time",
                positions: ["run"], fields: [.tenant, .order, .count, .cursor])
        }
    }
}

/// What is to be known about a command. A class, since every request refers to one.
public final class CommandSpec: Sendable {
    public let role: Role
    /// One line for people.
    public let summary: String
    /// Names of the arguments that have a place, in order.
    public let positions: [String]
    /// The arguments with a place may be left out, all together.
    public let isPositionOptional: Bool
    /// The fields that it takes, each at most once.
    public let fields: [Field]
    /// Those without which it makes no sense.
    public let required: [Field]
    /// About no tenant in particular: refused to callers that are bound to one.
    public let isHouseWide: Bool

    init(
        _ role: Role, _ summary: String, positions: [String] = [],
        isPositionOptional: Bool = false, fields: [Field] = [], required: [Field] = [],
        isHouseWide: Bool = false
    ) {
        self.role = role
        self.summary = summary
        self.positions = positions
        self.isPositionOptional = isPositionOptional
        self.fields = fields
        self.required = required
        self.isHouseWide = isHouseWide
    }

    /// Whether a field of that name belongs to it. `label.<name>` belongs where subjects do.
    public func takes(_ field: Field) -> Bool { fields.contains(field) }
}
