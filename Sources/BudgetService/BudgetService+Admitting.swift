// RESERVE, CHARGE, RECORD and CHECK.

import BudgetModel
import Logging

extension BudgetService {
    func admit(
        _ kind: Admission.Kind, _ command: Command, _ fields: FieldReader.Fields,
        _ completion: @escaping Completion
    ) throws(BudgetError) {
        let request = AdmissionRequest(
            kind: kind, fields: fields, bodyDigest: RequestDigest.body(command, fields),
            timeToLive: try timeToLive(fields))
        decide(try plan(request), request, attempt: 0, completion)
    }

    /// A request as it was read; a plan is made of it, if need be more than once.
    final class AdmissionRequest {
        let kind: Admission.Kind
        let fields: FieldReader.Fields
        let bodyDigest: String
        let timeToLive: Int64
        /// Overdue holds were swept for it already.
        var hasSwept = false

        init(
            kind: Admission.Kind, fields: FieldReader.Fields, bodyDigest: String,
            timeToLive: Int64
        ) {
            self.kind = kind
            self.fields = fields
            self.bodyDigest = bodyDigest
            self.timeToLive = timeToLive
        }
    }

    func timeToLive(_ fields: FieldReader.Fields) throws(BudgetError) -> Int64 {
        let rules = policy.reservations
        guard let asked = fields.timeToLive else { return rules.ttlMs }
        guard asked <= rules.maxTTLMs else {
            throw BudgetError(
                .badArgument,
                "ttl_ms is \(asked); expected at most \(rules.maxTTLMs), the policy's max_ttl")
        }
        return asked
    }

    /// Prices and plans a request as of the store's clock.
    private func plan(_ request: AdmissionRequest) throws(BudgetError) -> Admission {
        let now = store.now
        let subject = request.fields.subject
        var usage = request.fields.usage
        if request.kind != .record { usage = policy.estimate(usage) }
        try usage.checkParts()
        var call = try price(usage, subject, at: now)
        call.bodyDigest = request.bodyDigest
        var preset: Admission.Preset?
        if request.kind != .record {
            if planner.missingField(subject) != nil {
                preset = .missingSubject
            } else if call.isUnpriced {
                preset = .unknownModel
            }
        }
        let holds = request.kind == .reserve || request.kind == .check
        let plan = planner.plan(subject, usage, holds: holds, at: now)
        // A check stores nothing; its id is only a name within the tenant.
        let id = RequestDigest.id(tenant: subject.tenant, key: request.fields.key ?? "")
        return Admission(
            kind: request.kind, id: id, call: call, limits: plan.limits,
            validFrom: plan.validFrom, validUntil: plan.validUntil,
            timeToLive: request.timeToLive, preset: preset)
    }

    /// A call with what it costs; without a price it costs 0 and says so.
    func price(
        _ usage: Usage, _ subject: Subject, at now: Int64
    ) throws(BudgetError) -> PricedCall {
        switch policy.cost(of: usage, subject: subject, at: now) {
        case .priced(let nano, let version):
            return PricedCall(
                subject: subject, usage: usage, amounts: Amounts(usage, cost: nano),
                priceVersion: version, bodyDigest: "")
        case .unknown:
            return PricedCall(
                subject: subject, usage: usage, amounts: Amounts(usage, cost: 0),
                priceVersion: Pricing.none, isUnpriced: true, bodyDigest: "")
        case .tooLarge:
            throw BudgetError(
                .badArgument,
                "this call would cost more than \(NanoUSD.text(Bounds.maxAmount)) US dollars, "
                    + "the most that one call can")
        }
    }

    private func decide(
        _ admission: Admission, _ request: AdmissionRequest, attempt: Int,
        _ completion: @escaping Completion
    ) {
        store.perform(.admit(admission)) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let answer):
                self.finish(answer, admission, request, attempt: attempt, completion)
            }
        }
    }

    private func finish(
        _ answer: StepAnswer, _ admission: Admission, _ request: AdmissionRequest, attempt: Int,
        _ completion: @escaping Completion
    ) {
        switch answer.result {
        case .done(let tightest, _, _):
            let deadline =
                admission.kind == .reserve ? answer.moment.now + admission.timeToLive : nil
            observer?.decided(admission, denied: nil)
            log("admitted", admission, answer.moment)
            log(answer, admission.limits)
            let decision = DecisionAnswer(policy: policy, admission: admission)
            completion(
                .success(
                    admission.kind == .record
                        ? SettlementAnswer.recorded(admission, answer, policy)
                        : decision.allowed(
                            tightest, deadline: deadline, warnings: answer.warnings,
                            at: answer.moment)))
        case .denied(let denial) where denial.hasOverdueHolds && !request.hasSwept:
            sweepAndDecide(admission.id.tenant, request, completion)
        case .denied(let denial):
            observer?.decided(admission, denied: denial.reason)
            log("denied", admission, answer.moment, reason: denial.reason)
            let missing = planner.missingField(admission.call.subject)
            let decision = DecisionAnswer(
                policy: policy, admission: admission, missing: missing)
            tell(denial, decision, at: answer.moment)
            completion(.success(decision.denied(denial, at: answer.moment)))
        case .found(let reservation):
            completion(repeated(reservation, admission, at: answer.moment))
        case .stale where attempt < Self.mostReplans:
            again(request, attempt: attempt + 1, completion)
        case .stale:
            completion(
                .failure(
                    BudgetError(.unavailable, "the clock moves faster than requests; try again")))
        case .unknown, .usage:
            completion(.failure(unexpected(answer.result, admission.id.text)))
        }
    }

    private func again(
        _ request: AdmissionRequest, attempt: Int, _ completion: @escaping Completion
    ) {
        do throws(BudgetError) {
            decide(try plan(request), request, attempt: attempt, completion)
        } catch {
            completion(.failure(error))
        }
    }

    private func sweepAndDecide(
        _ tenant: String, _ request: AdmissionRequest, _ completion: @escaping Completion
    ) {
        request.hasSwept = true
        store.sweep(tenant: tenant) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success: self.again(request, attempt: 0, completion)
            }
        }
    }

    /// The first answer once more, if it was the same request.
    private func repeated(
        _ reservation: Reservation, _ admission: Admission, at moment: Moment
    ) -> Result<Answer, BudgetError> {
        guard reservation.kind == admission.kind,
            reservation.call.bodyDigest == admission.call.bodyDigest
        else {
            return .failure(
                BudgetError(
                    .conflict,
                    "the idempotency_key was used for another request (\(reservation.id.text)); "
                        + "expected the same fields and values, or a new key"))
        }
        if reservation.kind == .record {
            return .success(SettlementAnswer.status(reservation, isReplay: true, policy))
        }
        return .success(
            DecisionAnswer.allowed(
                DecisionAnswer.AllowedCall(
                    id: reservation.id, state: reservation.state,
                    deadline: reservation.kind == .reserve
                        ? reservation.made.now + reservation.timeToLive : nil,
                    tightest: reservation.tightest.flatMap { tightest in
                        guard reservation.accounts.indices.contains(tightest.index) else {
                            return nil
                        }
                        let account = reservation.accounts[tightest.index]
                        return .init(tightest, account.name, account.measure)
                    },
                    isReplay: true, moment: reservation.made),
                policy: policy))
    }

    /// Thresholds are for operators: at the level that is on.
    func log(_ answer: StepAnswer, _ limits: [PlannedLimit]) {
        for warning in answer.warnings where limits.indices.contains(warning.index) {
            let planned = limits[warning.index]
            logger.notice(
                "threshold passed",
                metadata: [
                    "limit": "\(planned.limit.name)", "scope": "\(planned.scope.text)",
                    "threshold": "\(NanoUSD.scaledText(warning.share, digits: 4))",
                    "seq": "\(answer.moment.sequence.value)",
                ])
        }
    }

    private func log(
        _ message: Logger.Message, _ admission: Admission, _ moment: Moment,
        reason: Reason? = nil
    ) {
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            message,
            metadata: [
                "id": "\(admission.id.text)", "kind": "\(admission.kind)",
                "run": "\(admission.call.subject.run ?? "")",
                "task": "\(admission.call.subject.task ?? "")",
                "seq": "\(moment.sequence.value)", "reason": "\(reason?.rawValue ?? "")",
            ])
    }
}
