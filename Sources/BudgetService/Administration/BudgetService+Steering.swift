// LIMIT SET, UNSET, GRANT and RESET, SUBJECT SUSPEND and RESUME, CORRECT: one act each.

import BudgetModel
import Logging

extension BudgetService {
    /// Limits that are named where none of that name is known.
    private static let mostNames = 16

    func act(
        _ command: Command, _ fields: FieldReader.Fields, _ caller: Caller,
        _ completion: @escaping Completion
    ) throws(BudgetError) {
        if command == .limitUnset, !isOfPolicy(fields) {
            return unsetGone(fields, caller, completion)
        }
        perform(try act(command, fields, caller), completion)
    }

    private func perform(_ act: Act, _ completion: @escaping Completion) {
        administration.perform(act) { result in
            completion(
                result.map { result in
                    self.log(act, result)
                    return ActAnswer.answer(act, result, self.policy)
                })
        }
    }

    /// Whether the policy has a limit of that name, and what is named falls under it: one of that
    /// name may have been per other fields before.
    private func isOfPolicy(_ fields: FieldReader.Fields) -> Bool {
        let limits = policy.limits(of: fields.subject.tenant)
        guard let limit = limits.first(where: { $0.name == fields.limit }) else { return false }
        let given = fields.subject.fields.map(\.field).filter { $0 != .tenant }
        return given.isEmpty || given.sorted() == limit.per.filter { $0 != .tenant }.sorted()
    }

    /// Takes back what was set for a limit that the policy has no more. Which fields it was per is
    /// not known, so the tenant may be one of them.
    private func unsetGone(
        _ fields: FieldReader.Fields, _ caller: Caller, _ completion: @escaping Completion
    ) {
        let name = fields.limit ?? ""
        let subject = fields.subject
        let given = subject.fields.map(\.field).filter { $0 != .tenant }.sorted()
        let scopes = [given, [.tenant] + given].compactMap { per in
            per.isEmpty ? nil : Scope(of: subject, per: per)
        }
        administration.steering(
            tenant: subject.tenant, scopes: scopes.map(\.canonical)
        ) { result in
            let page: Page<Steering>
            switch result {
            case .failure(let error): return completion(.failure(error))
            case .success(let found): page = found
            }
            let place = page.elements.firstIndex { one in
                one.names.values.contains { $0.limit.utf8.elementsEqual(name.utf8) }
            }
            // A repetition finds it gone already, and is told the first answer.
            self.perform(
                Act(
                    id: RequestDigest.id(tenant: subject.tenant, key: fields.key ?? ""),
                    bodyDigest: RequestDigest.body(.limitUnset, fields), actor: caller.name,
                    reason: fields.reason ?? "", scope: scopes[place ?? 0], limit: nil,
                    change: .unsetGone(name)), completion)
        }
    }

    private func act(
        _ command: Command, _ fields: FieldReader.Fields, _ caller: Caller
    ) throws(BudgetError) -> Act {
        var scope: Scope
        var limit: Limit?
        var change: Act.Change
        switch command {
        case .subjectSuspend, .subjectResume:
            scope = try suspendable(fields.subject, fields.hasTenant)
            change = command == .subjectSuspend ? .suspend : .resume
        case .correct:
            let key = fields.counters ?? ""
            let tenant = fields.subject.tenant
            guard let found = administration.scope(ofCounters: key, tenant: tenant) else {
                throw FieldText.fault(.key, key)
            }
            scope = found
            change = .correct(
                Correction(
                    key: key, changes: fields.changes ?? [],
                    asOf: fields.asOf ?? Sequence(value: 0)))
        default:
            let named = try self.limit(fields.limit ?? "", of: fields.subject.tenant)
            limit = named
            scope = try self.scope(of: fields.subject, named, fields.hasTenant)
            change = try self.change(command, fields, named)
        }
        return Act(
            id: RequestDigest.id(tenant: fields.subject.tenant, key: fields.key ?? ""),
            bodyDigest: RequestDigest.body(command, fields), actor: caller.name,
            reason: fields.reason ?? "", scope: scope, limit: limit, change: change)
    }

    private func change(
        _ command: Command, _ fields: FieldReader.Fields, _ limit: Limit
    ) throws(BudgetError) -> Act.Change {
        switch command {
        case .limitSet:
            return .setCap(
                try amount(.cap, fields.cap, limit), until: try until(fields.until))
        case .limitGrant:
            let amount = try amount(.amount, fields.amount, limit)
            guard amount > 0 else {
                throw BudgetError(
                    .badArgument,
                    "amount is \(FieldText.shown(fields.amount ?? "")); a grant is "
                        + "expected to be more than 0")
            }
            guard let end = try until(fields.until) else {
                throw BudgetError(
                    .badArgument, "until_ms is missing; expected \(Field.until.expectation)")
            }
            return .grant(amount, until: end)
        case .limitReset:
            let now = store.now
            let windows = planner.instance(
                limit.window, tenant: fields.subject.tenant, at: now)
            return .reset(window: windows)
        default: return .unsetCap
        }
    }

    /// The limit of that name, which a tenant's calls can fall under.
    func limit(_ name: String, of tenant: String) throws(BudgetError) -> Limit {
        let limits = policy.limits(of: tenant)
        if let found = limits.first(where: { $0.name == name }) { return found }
        let names = limits.map(\.name)
        let hint = NearMiss.hint(for: name, among: names)
        let shown = names.prefix(Self.mostNames).joined(separator: ", ")
        let more = names.count > Self.mostNames ? ", …" : ""
        throw BudgetError(
            .badArgument,
            "limit is \(FieldText.shown(name)); expected one of the policy's limits"
                + (hint.isEmpty && !names.isEmpty ? ", like \(shown)\(more)" : hint))
    }

    /// The scope of a limit that the subject's fields name: those of its `per`, no more.
    func scope(
        of subject: Subject, _ limit: Limit, _ hasTenant: Bool
    ) throws(BudgetError) -> Scope {
        let wanted = limit.per.map(\.name).joined(separator: ", ")
        let given = subject.fields.map(\.field).filter { $0 != .tenant }
        let needed = limit.per.filter { $0 != .tenant }
        for field in needed where !given.contains(field) {
            throw BudgetError(
                .badArgument,
                "\(field.name) is missing; limit \(limit.name) is per \(wanted)")
        }
        for field in given where !needed.contains(field) {
            throw BudgetError(
                .badArgument,
                "\(field.name) does not belong here; limit \(limit.name) is per \(wanted)")
        }
        guard let scope = Scope(of: subject, per: limit.per) else {
            throw BudgetError(.badArgument, "expected \(wanted)")
        }
        return scope
    }

    /// The one field of a subject that is to be suspended; the tenant where nothing else is given.
    func suspendable(
        _ subject: Subject, _ hasTenant: Bool
    ) throws(BudgetError) -> Scope {
        let expected = "one of user, session, run, agent, or tenant alone"
        let given = subject.fields.map(\.field).filter { $0 != .tenant }
        guard given.count <= 1, given.allSatisfy(Subject.suspendable.contains),
            hasTenant || !given.isEmpty
        else {
            let names = given.map(\.name).joined(separator: ", ")
            throw BudgetError(
                .badArgument,
                (names.isEmpty ? "no subject is given" : "the subject is \(names)")
                    + "; expected \(expected)")
        }
        guard let scope = Scope(of: subject, per: given.isEmpty ? [.tenant] : given) else {
            throw BudgetError(.badArgument, "expected \(expected)")
        }
        return scope
    }

    private func amount(
        _ field: Field, _ text: String?, _ limit: Limit
    ) throws(BudgetError) -> Int64 {
        let text = text ?? ""
        func fault(_ why: String) -> BudgetError {
            BudgetError(.badArgument, "\(field.rawValue) is \(FieldText.shown(text)); \(why)")
        }
        let expected = fault(
            "limit \(limit.name) expects " + CapReader.expected(limit.measure))
        let amount: Int64
        do throws(DecimalText.Fault) {
            amount = try CapReader.amount(text, of: limit.measure)
        } catch {
            throw error == .tooSmall
                ? fault("it " + CapReader.tooSmall(limit.measure)) : expected
        }
        guard amount >= 0, amount <= Bounds.maxSum else { throw expected }
        // What is answered is in force: the script cuts down what a bucket can't hold exactly.
        if case .bucket(let flow) = limit.window, amount > RateReader.mostBurst(flow) {
            let most = CapReader.text(RateReader.mostBurst(flow), of: limit.measure)
            throw fault("limit \(limit.name) expects at most \(most) at its rate")
        }
        return amount
    }

    /// A moment to come.
    private func until(_ moment: Int64?) throws(BudgetError) -> Int64? {
        guard let moment else { return nil }
        guard moment > store.now else {
            throw BudgetError(
                .badArgument, "until_ms is \(moment), which is past; it is \(store.now) now")
        }
        return moment
    }

    private func log(_ act: Act, _ result: ActResult) {
        guard !result.isReplay else { return }
        logger.notice(
            "administered",
            metadata: [
                "actor": "\(act.actor)", "action": "\(act.change.name)",
                "scope": "\(act.scope.text)", "limit": "\(act.limitName ?? "")",
                "seq": "\(result.moment.sequence.value)",
            ])
    }
}
