// COMMIT, RELEASE and EXTEND. The store is asked for the reservation first: the daemon that made
// it may have been another, and what was used is priced with what was reserved.

import BudgetModel
import Logging

extension BudgetService {
    func commit(
        _ id: ReservationID, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        try fields.usage.checkParts()
        let digest = RequestDigest.body(.commit, fields)
        settle(id, digest, completion) { reservation throws(BudgetError) in
            try self.settlement(reservation, fields.usage, digest)
        }
    }

    func release(
        _ id: ReservationID, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) {
        let digest = RequestDigest.body(.release, fields)
        settle(id, digest, completion) { reservation in
            var call = reservation.call
            call.amounts = Amounts()
            call.bodyDigest = digest
            return Settlement(kind: .release, reservation: reservation, call: call)
        }
    }

    /// What was used, completed from what was reserved: a count that the worker doesn't state is
    /// unknown, and what is unknown is booked as estimated, never as nothing. So is a usage in
    /// which nothing has a price, where the estimate had a cost.
    private func settlement(
        _ reservation: Reservation, _ stated: Usage, _ digest: String
    ) throws(BudgetError) -> Settlement {
        let reserved = reservation.call.usage
        let usage = stated.completed(from: reserved)
        try usage.checkParts()
        let subject = reservation.call.subject
        var call = try price(usage, subject, at: reservation.made.now)
        call.bodyDigest = digest
        let estimate = reservation.call.amounts.cost
        if call.priceVersion == Pricing.none, estimate > 0 { call.isUnpriced = true }
        if call.isUnpriced { call.amounts.cost = estimate }
        let isAlike = usage.isAlike(reserved)
        guard !isAlike || policy.warns else {
            return Settlement(kind: .commit, reservation: reservation, call: call)
        }
        let at = reservation.made.now
        let known = Set(reservation.accounts)
        let before = planner.plan(subject, reserved, holds: false, at: at).limits
        var overrun: [PlannedLimit] = []
        if !isAlike {
            overrun = planner.plan(subject, usage, holds: false, at: at).limits.filter {
                !known.contains($0.account) && !before.contains($0) && $0.limit.measure != .tasks
            }
        }
        let thresholds = before.filter {
            !$0.limit.warnAt.isEmpty && $0.limit.measure != .tasks && known.contains($0.account)
        }
        return Settlement(
            kind: .commit, reservation: reservation, call: call, overrun: overrun,
            thresholds: thresholds)
    }

    private typealias MakeSettlement = (Reservation) throws(BudgetError) -> Settlement

    private func settle(
        _ id: ReservationID, _ digest: String, attempt: Int = 0,
        _ completion: @escaping Completion, _ make: @escaping MakeSettlement
    ) {
        find(id, completion) { reservation in
            do throws(BudgetError) {
                let settlement = try make(reservation)
                self.store.perform(.settle(settlement)) { result in
                    switch result {
                    case .failure(let error): completion(.failure(error))
                    case .success(let answer):
                        if answer.result == .stale, attempt < Self.mostReplans {
                            self.settle(id, digest, attempt: attempt + 1, completion, make)
                        } else {
                            completion(self.settled(answer, settlement, digest))
                        }
                    }
                }
            } catch {
                completion(.failure(error))
            }
        }
    }

    private func settled(
        _ answer: StepAnswer, _ settlement: Settlement, _ digest: String
    ) -> Result<Answer, BudgetError> {
        let id = settlement.reservation.id
        switch answer.result {
        case .done(_, let late, _):
            var reservation = settlement.reservation
            reservation.state =
                settlement.kind == .release ? .released : late ? .lateCommitted : .committed
            reservation.ending = Ending(moment: answer.moment, call: settlement.call)
            observer?.settled(settlement, late: late)
            log(reservation, answer.moment)
            log(answer, settlement.thresholds)
            let warnings = WarningAnswer.list(answer.warnings, settlement.thresholds)
            return .success(
                SettlementAnswer.status(
                    reservation, isReplay: false, policy, warnings: warnings))
        case .found(let reservation):
            let isSame = reservation.ending?.call.bodyDigest == digest
            guard isSame else { return .failure(finalized(reservation)) }
            return .success(SettlementAnswer.status(reservation, isReplay: true, policy))
        case .unknown: return .failure(unknown(id))
        case .stale:
            return .failure(
                BudgetError(.unavailable, "the reservation changes faster than this; try again"))
        case .denied, .usage: return .failure(unexpected(answer.result, id.text))
        }
    }

    func extend(
        _ id: ReservationID, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        let timeToLive = try timeToLive(fields)
        find(id, completion) { reservation in
            self.store.perform(.extend(reservation, timeToLive: timeToLive)) { result in
                completion(result.flatMap { self.extended($0, reservation) })
            }
        }
    }

    private func extended(
        _ answer: StepAnswer, _ reservation: Reservation
    ) -> Result<Answer, BudgetError> {
        switch answer.result {
        case .done(_, _, let deadline):
            var reservation = reservation
            reservation.deadline = deadline ?? reservation.deadline
            return .success(
                SettlementAnswer.status(
                    reservation, isReplay: false, policy, moment: answer.moment))
        case .found(let reservation): return .failure(finalized(reservation))
        case .unknown: return .failure(unknown(reservation.id))
        case .stale, .denied, .usage:
            return .failure(unexpected(answer.result, reservation.id.text))
        }
    }

    /// Looks a reservation up, or answers that there is none.
    func find(
        _ id: ReservationID, _ completion: @escaping Completion,
        then: @escaping (Reservation) -> Void
    ) {
        store.perform(.status(id)) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let answer):
                if case .found(let reservation) = answer.result {
                    then(reservation)
                } else {
                    completion(.failure(self.unknown(id)))
                }
            }
        }
    }

    func unknown(_ id: ReservationID) -> BudgetError {
        BudgetError(
            .unknownReservation,
            "there is no \(id.text), or it is older than the policy keeps; spent money can be "
                + "entered with RECORD")
    }

    private func finalized(_ reservation: Reservation) -> BudgetError {
        BudgetError(
            .finalized, "\(reservation.id.text) is \(reservation.state.name) already")
    }

    private func log(_ reservation: Reservation, _ moment: Moment) {
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            "settled",
            metadata: [
                "id": "\(reservation.id.text)", "state": "\(reservation.state.name)",
                "run": "\(reservation.call.subject.run ?? "")",
                "task": "\(reservation.call.subject.task ?? "")",
                "seq": "\(moment.sequence.value)",
            ])
    }
}
