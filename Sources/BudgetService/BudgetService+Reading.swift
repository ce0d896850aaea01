// USAGE, STATUS and RUN.

import BudgetModel

extension BudgetService {
    func usage(
        _ fields: FieldReader.Fields, attempt: Int = 0, _ completion: @escaping Completion
    ) {
        let subject = fields.subject
        let plan = planner.plan(subject, fields.usage, holds: true, at: store.now)
        let step = Step.usage(
            tenant: subject.tenant, limits: plan.limits, validFrom: plan.validFrom,
            validUntil: plan.validUntil)
        store.perform(step) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let answer):
                switch answer.result {
                case .usage(let standings):
                    completion(
                        .success(
                            UsageAnswer.answer(
                                plan.limits, standings, answer.moment, self.policy)))
                case .stale where attempt < Self.mostReplans:
                    self.usage(fields, attempt: attempt + 1, completion)
                default: completion(.failure(self.unexpected(answer.result, subject.tenant)))
                }
            }
        }
    }

    func status(_ id: ReservationID, _ completion: @escaping Completion) {
        store.perform(.status(id)) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let answer):
                guard case .found(let reservation) = answer.result else {
                    completion(.failure(self.unknown(id)))
                    return
                }
                completion(
                    .success(
                        SettlementAnswer.status(
                            reservation, isReplay: false, self.policy, moment: answer.moment)))
            }
        }
    }

    func run(
        _ run: String, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        let query = RunQuery(
            tenant: fields.subject.tenant, run: try FieldText.name("run", run),
            listing: fields.order.map { $0 == "cost" ? .tasks : .entries } ?? .both,
            count: fields.count ?? Bounds.defaultPage, cursor: fields.cursor ?? 0)
        ledger.run(query) { result in
            completion(result.map { RunAnswer.answer($0, query, self.policy) })
        }
    }
}
