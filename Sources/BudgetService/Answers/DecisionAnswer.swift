// A decision as it is answered: allowed with what is left, or denied with everything that a
// person or a program needs to know why, and when to come back.

import BudgetModel

/// Makes the answers to RESERVE, CHARGE and CHECK.
struct DecisionAnswer {
    let policy: Policy
    let admission: Admission
    /// The name of a field that the policy requires and the request lacks.
    var missing: SubjectField?

    /// Milliseconds after which asking again makes sense where something in flight has to end.
    private static let inFlightRetry: Int64 = 1000

    func allowed(
        _ tightest: Tightest?, deadline: Int64?, warnings: [StepAnswer.Warning],
        at moment: Moment
    ) -> Answer {
        Self.allowed(
            AllowedCall(
                id: admission.kind == .check ? nil : admission.id,
                state: admission.kind == .check
                    ? nil : admission.kind == .reserve ? .held : .committed,
                deadline: deadline,
                tightest: tightest.map {
                    let limit = admission.limits[$0.index].limit
                    return .init($0, limit.name, limit.measure)
                },
                warnings: WarningAnswer.list(warnings, admission.limits), isReplay: false,
                moment: moment),
            policy: policy)
    }

    /// What an allowing answer is made of, also when it repeats an earlier one.
    struct AllowedCall {
        var id: ReservationID?
        var state: ReservationState?
        var deadline: Int64?
        var tightest: NamedTightest?
        /// A list of maps; a replay has none, since they were told with the first answer.
        var warnings = Answer.list([])
        var isReplay: Bool
        var moment: Moment
    }

    /// The tightest limit with what an answer says of it.
    struct NamedTightest {
        let standing: Tightest
        let name: String
        let measure: Measure

        init(_ standing: Tightest, _ name: String, _ measure: Measure) {
            self.standing = standing
            self.name = name
            self.measure = measure
        }
    }

    static func allowed(_ call: AllowedCall, policy: Policy) -> Answer {
        let standing = call.tightest?.standing
        let advice = standing.map { Advice(remaining: $0.remaining, cap: $0.cap) } ?? .ok
        var pairs: [Answer.Pair] = []
        pairs.reserveCapacity(12)
        pairs.append(.init("decision", .text("allow")))
        pairs.append(.init("id", .optional(call.id?.text)))
        pairs.append(.init("state", .optional(call.state?.name)))
        pairs.append(.init("expires_at_ms", .optional(call.deadline)))
        pairs.append(.init("advice", .text(advice.rawValue)))
        appendTightest(call, &pairs)
        pairs.append(.init("warnings", call.warnings))
        pairs.append(.init("replayed", .flag(call.isReplay)))
        append(call.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func appendTightest(_ call: AllowedCall, _ pairs: inout [Answer.Pair]) {
        guard let tightest = call.tightest else {
            pairs.append(.init("tightest", .null))
            pairs.append(.init("tightest_remaining", .null))
            return
        }
        let left = max(0, tightest.standing.remaining)
        pairs.append(.init("tightest", .text(tightest.name)))
        pairs.append(
            .init("tightest_remaining", AmountText.answer(left, tightest.measure)))
    }

    /// What every answer ends with: as of when it was given, and under which policy.
    static func append(_ moment: Moment, _ policy: Policy, to pairs: inout [Answer.Pair]) {
        pairs.append(.init("seq", .integer(moment.sequence.value)))
        pairs.append(.init("now_ms", .integer(moment.now)))
        pairs.append(.init("policy", .text(policy.digest)))
    }

    func denied(_ denial: Denial, at moment: Moment) -> Answer {
        var pairs: [Answer.Pair] = []
        pairs.reserveCapacity(28)
        pairs.append(.init("decision", .text("deny")))
        pairs.append(.init("id", admission.kind == .check ? .null : .text(admission.id.text)))
        pairs.append(.init("state", .null))
        pairs.append(.init("expires_at_ms", .null))
        pairs.append(.init("reason", .text(denial.reason.rawValue)))
        append(denial, at: moment.now, to: &pairs)
        pairs.append(.init("advice", .text(Advice.stop.rawValue)))
        if let first = leading(denial) {
            let limit = admission.limits[first.index].limit
            pairs.append(.init("tightest", .text(limit.name)))
            pairs.append(
                .init(
                    "tightest_remaining",
                    AmountText.answer(first.standing.remaining, limit.measure)))
        } else {
            pairs.append(.init("tightest", .null))
            pairs.append(.init("tightest_remaining", .null))
        }
        pairs.append(.init("warnings", .list([])))
        pairs.append(.init("replayed", .flag(false)))
        Self.append(moment, policy, to: &pairs)
        return .map(pairs)
    }

    /// The same for watchers.
    func event(_ denial: Denial, at moment: Moment) -> Event.Denied {
        let first = leading(denial)
        let planned = first.map { admission.limits[$0.index] }
        return Event.Denied(
            call: admission.call, reason: denial.reason, limit: planned?.limit.name,
            scope: scope(denial, planned), message: message(denial, at: moment.now))
    }

    private func append(_ denial: Denial, at now: Int64, to pairs: inout [Answer.Pair]) {
        let first = leading(denial)
        let planned = first.map { admission.limits[$0.index] }
        let measure = planned?.limit.measure ?? .calls
        let standing = first?.standing
        func amount(_ value: Int64?) -> Answer {
            value.map { AmountText.answer($0, measure) } ?? .null
        }
        let wait = waitingTime(denial, at: now)
        pairs.append(.init("limit", .optional(planned?.limit.name)))
        pairs.append(.init("scope", .optional(scope(denial, planned))))
        pairs.append(.init("window", .optional(planned?.limit.window.name)))
        pairs.append(.init("cap", amount(standing?.cap)))
        pairs.append(.init("spent", amount(standing?.spent)))
        pairs.append(.init("held", amount(standing?.held)))
        pairs.append(.init("requested", amount(planned.map(requested))))
        pairs.append(.init("remaining", amount(standing?.remaining)))
        let reset = first.flatMap { resetsAt($0, now: now) }
        pairs.append(.init("resets_at_ms", .optional(reset)))
        pairs.append(.init("retryable", .flag(wait != nil)))
        pairs.append(.init("retry_after_ms", .optional(wait)))
        pairs.append(.init("message", .text(message(denial, at: now))))
        pairs.append(
            .init(
                "failed",
                .list(denial.failures.map { .text(admission.limits[$0.index].limit.name) })))
    }

    private func scope(_ denial: Denial, _ planned: PlannedLimit?) -> String? {
        if let planned { return planned.scope.text }
        guard let field = denial.suspended, let value = admission.call.subject[field] else {
            return nil
        }
        return field.name + "=" + value
    }

    private func requested(_ planned: PlannedLimit) -> Int64 {
        planned.limit.measure == .tasks ? 1 : admission.call.amounts[planned.limit.measure]
    }

    /// The failure that a denial is about: a bucket without room before any other limit.
    private func leading(_ denial: Denial) -> Denial.Failure? {
        denial.failures.first { admission.limits[$0.index].limit.isBucket }
            ?? denial.failures.first
    }

    /// When its window ends, or else when there may be room again (Unix time in milliseconds).
    private func resetsAt(_ failure: Denial.Failure, now: Int64) -> Int64? {
        let until = admission.limits[failure.index].window.until
        if until != .max { return until }
        return failure.relief > 0 ? now + failure.relief : nil
    }

    /// Milliseconds until asking again can help, or nil where it can't: every limit that fails
    /// has to be one that time opens, and the call has to fit under it at all.
    private func waitingTime(_ denial: Denial, at now: Int64) -> Int64? {
        guard !denial.failures.isEmpty else { return nil }
        var longest: Int64 = 0
        for failure in denial.failures {
            let planned = admission.limits[failure.index]
            guard requested(planned) <= failure.standing.cap else { return nil }
            if planned.limit.measure == .inFlight {
                longest = max(longest, Self.inFlightRetry)
            } else if let reset = resetsAt(failure, now: now) {
                longest = max(longest, max(0, reset - now))
            } else {
                return nil
            }
        }
        return longest
    }

    private func message(_ denial: Denial, at now: Int64) -> String {
        switch denial.reason {
        case .missingSubject:
            return "The policy requires \(missing?.name ?? "a field") and the call names none."
        case .unknownModel:
            guard let what = admission.call.usage.model ?? admission.call.usage.machine else {
                return "The call has tokens and names no model, and the policy denies what has no "
                    + "price."
            }
            return "There is no price for \(what), and the policy denies what has no price."
        case .suspended:
            return "\(scope(denial, nil) ?? "The subject") is suspended by an administrator."
        case .limitExceeded, .rateLimited:
            guard let first = leading(denial) else { return "" }
            let planned = admission.limits[first.index]
            return limitMessage(planned, first.standing)
                + outlook(denial, planned, resetsAt: resetsAt(first, now: now), at: now)
        }
    }

    /// What becomes of it with time; nothing where no limit that fails is opened by it.
    private func outlook(
        _ denial: Denial, _ planned: PlannedLimit, resetsAt reset: Int64?, at now: Int64
    ) -> String {
        let isTooLarge = denial.failures.contains { failure in
            requested(admission.limits[failure.index]) > failure.standing.cap
        }
        if isTooLarge { return " It needs more than the cap alone: waiting does not help." }
        guard let reset, waitingTime(denial, at: now) != nil else { return "" }
        let again = planned.window.until == .max ? "There may be room at" : "It resets at"
        return " \(again) \(AmountText.moment(reset))."
    }

    private func limitMessage(_ planned: PlannedLimit, _ standing: LimitStanding) -> String {
        let measure = planned.limit.measure
        let used = AmountText.phrase(standing.spent + standing.held, measure)
        return "\(planned.scope.text) has used \(used) of "
            + "\(AmountText.phrase(standing.cap, measure)) under \(planned.limit.name) "
            + "(\(planned.limit.window.name)), and this call needs "
            + "\(AmountText.phrase(requested(planned), measure))."
    }
}
