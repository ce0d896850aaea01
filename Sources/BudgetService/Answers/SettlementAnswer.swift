// The answers about one reservation, charge or record: COMMIT, RELEASE, EXTEND, RECORD, STATUS.

import BudgetModel

enum SettlementAnswer {
    /// A reservation as it stands.
    ///
    /// - Parameter moment: as of when; nil: as of its last change.
    static func status(
        _ reservation: Reservation, isReplay: Bool, _ policy: Policy, moment: Moment? = nil,
        warnings: Answer = .list([])
    ) -> Answer {
        let state = reservation.state
        let isOpen = state == .held
        let booked = booked(reservation)
        let estimate = reservation.call.amounts
        let amounts = booked?.amounts ?? Amounts()
        let isOver =
            reservation.kind == .reserve && booked != nil
            && Measure.sums.contains { amounts[$0] > estimate[$0] }
        return .map(
            [
                .init("id", .text(reservation.id.text)),
                .init("state", .text(state.name)),
                .init("cost_usd", .text(NanoUSD.text(amounts.cost))),
                .init("tokens", .integer(amounts.tokens)),
                .init("late", .flag(state == .lateCommitted)),
                .init("over_estimate", .flag(isOver)),
                .init("unpriced", .flag(booked?.isUnpriced ?? false)),
                .init("expires_at_ms", isOpen ? .integer(reservation.deadline) : .null),
                .init("warnings", warnings),
                .init("replayed", .flag(isReplay)),
            ] + tail(moment ?? reservation.ending?.moment ?? reservation.made, policy))
    }

    /// A record that was just entered.
    static func recorded(_ admission: Admission, _ answer: StepAnswer, _ policy: Policy) -> Answer {
        let reservation = Reservation(
            id: admission.id, kind: .record, state: .committed, deadline: 0, made: answer.moment,
            tightest: nil, call: admission.call, timeToLive: 0,
            accounts: admission.limits.map(\.account))
        let warnings = WarningAnswer.list(answer.warnings, admission.limits)
        return status(reservation, isReplay: false, policy, warnings: warnings)
    }

    /// What was spent, where something was.
    private static func booked(_ reservation: Reservation) -> PricedCall? {
        switch reservation.state {
        case .committed, .lateCommitted, .expiredCharged:
            reservation.ending?.call ?? reservation.call
        case .held, .released, .expired: nil
        }
    }

    private static func tail(_ moment: Moment, _ policy: Policy) -> [Answer.Pair] {
        var pairs: [Answer.Pair] = []
        DecisionAnswer.append(moment, policy, to: &pairs)
        return pairs
    }
}
