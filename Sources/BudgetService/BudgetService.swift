// The service: what each command means. A request is read (Requests), priced by the policy's
// price book, planned (Planning: which limits apply, in which windows), decided by the store in
// one atomic step, and answered (Answers). The service keeps no state of its own but the policy
// and the windows it computed last, so any number of them may stand before one store.
//
// What must always hold:
// - a repeated request is told what the first one was told, before anything else is looked at;
// - a plan made just before a window's end and decided after it is made anew (at most twice);
// - a call is never denied because of holds that are overdue: those are swept, then it is
//   decided once more.

public import BudgetModel
public import Logging

/// Carries commands out, on one event loop.
public final class BudgetService: CommandExecutor {
    /// How often a plan is made anew because time went on between planning and deciding.
    static let mostReplans = 2

    let store: any BudgetPort
    let ledger: any CostLedgerPort
    let administration: any AdministrationPort
    let logger: Logger
    var planner: Planner
    /// Told of what was decided and spent.
    public var observer: (any ServiceObserver)?
    /// What POLICY asks; without it POLICY is refused.
    public var office: (any PolicyOffice)?
    public var events: (any EventSource)?
    /// Who is told of denials.
    public var denials: (any DenialListener)?

    public init(
        policy: Policy, store: any BudgetPort, ledger: any CostLedgerPort,
        administration: any AdministrationPort, logger: Logger
    ) {
        self.store = store
        self.ledger = ledger
        self.administration = administration
        self.logger = logger
        planner = Planner(policy)
    }

    /// The policy in force; the next request is planned under the one that is set here.
    public var policy: Policy {
        get { planner.policy }
        set { planner = Planner(newValue) }
    }

    public func execute(
        _ request: CommandRequest, completion: @escaping (Result<Answer, BudgetError>) -> Void
    ) {
        do throws(BudgetError) {
            try route(request, completion)
        } catch {
            completion(.failure(error))
        }
    }

    public func check(_ request: CommandRequest) throws(BudgetError) {
        try request.check(aliases: policy.fields)
    }

    typealias Completion = (Result<Answer, BudgetError>) -> Void

    private func route(
        _ request: CommandRequest, _ completion: @escaping Completion
    ) throws(BudgetError) {
        var reader = FieldReader(request.command.spec, aliases: policy.fields)
        var fields = try reader.read(request.fields)
        try request.caller.confine(&fields, request.command)
        switch request.command {
        case .reserve: try admit(.reserve, request.command, fields, completion)
        case .charge: try admit(.charge, request.command, fields, completion)
        case .record: try admit(.record, request.command, fields, completion)
        case .check: try admit(.check, request.command, fields, completion)
        case .commit: try commit(try id(request), fields, completion)
        case .release: release(try id(request), fields, completion)
        case .extend: try extend(try id(request), fields, completion)
        case .usage: usage(fields, completion)
        case .status: status(try statusID(request, fields), completion)
        case .run: try run(try position(request), fields, completion)
        case .top: try top(request, fields, completion)
        case .history: try history(request, fields, completion)
        case .near: near(fields, completion)
        case .entries: entries(fields, completion)
        case .limitSet, .limitUnset, .limitGrant, .limitReset, .subjectSuspend, .subjectResume,
            .correct:
            try act(request.command, fields, request.caller, completion)
        case .limitList: try listLimits(fields, completion)
        case .subjectShow: showSubject(fields, completion)
        case .audit: try audit(fields, completion)
        case .policyShow, .policyCheck, .policyReload:
            try oversee(request.command, fields, request.caller, completion)
        case .journal: journal(fields, completion)
        case .counters: counters(fields, completion)
        }
    }

    private func position(_ request: CommandRequest) throws(BudgetError) -> String {
        guard let first = request.positions.first else {
            let name = request.command.spec.positions.first ?? "argument"
            throw BudgetError(.badArgument, "\(name) is missing")
        }
        return first
    }

    private func id(_ request: CommandRequest) throws(BudgetError) -> ReservationID {
        let text = try position(request)
        guard let id = ReservationID(text: text) else {
            throw BudgetError(
                .badArgument,
                "id is \(FieldText.shown(text)); expected the id of an earlier answer, "
                    + "<tenant>.<22 characters>")
        }
        _ = try FieldText.name("the tenant of id", id.tenant)
        try request.caller.check(tenant: id.tenant)
        return id
    }

    private func statusID(
        _ request: CommandRequest, _ fields: FieldReader.Fields
    ) throws(BudgetError) -> ReservationID {
        guard request.positions.isEmpty else {
            guard fields.key == nil, !fields.hasTenant else {
                throw BudgetError(
                    .badArgument,
                    "an id and an idempotency_key or tenant name two things; expected one")
            }
            return try id(request)
        }
        guard let key = fields.key else {
            throw BudgetError(.badArgument, "expected STATUS <id> or STATUS idempotency_key <key>")
        }
        return RequestDigest.id(tenant: fields.subject.tenant, key: key)
    }

    /// The answer to a step that should not have come to pass.
    func unexpected(_ result: StepResult, _ id: String) -> BudgetError {
        logger.error("unexpected result", metadata: ["id": "\(id)", "result": "\(result)"])
        return BudgetError(.internal, "the store answered something unexpected; see the log")
    }
}
