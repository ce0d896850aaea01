// USAGE, NEAR, STATUS, RUN and ENTRIES.

import BudgetModel

extension BudgetService {
    func usage(_ fields: FieldReader.Fields, _ completion: @escaping Completion) {
        standings(fields.subject, fields.usage) { result in
            completion(
                result.map {
                    UsageAnswer.answer($0.limits, $0.standings, $0.moment, self.policy)
                })
        }
    }

    func near(_ fields: FieldReader.Fields, _ completion: @escaping Completion) {
        let asked = NearSearch.Asked(
            tenant: fields.subject.tenant, hasLeft: fields.left, from: fields.cursor ?? 0,
            count: fields.count ?? Bounds.defaultTop)
        NearSearch(self, asked) { result in
            completion(result.map { UsageAnswer.near($0, self.policy) })
        }.begin()
    }

    /// What the limits of a subject stand at.
    typealias Standings = (
        limits: [PlannedLimit], standings: [LimitStanding], moment: Moment
    )

    func standings(
        _ subject: Subject, _ usage: Usage, attempt: Int = 0,
        _ completion: @escaping (Result<Standings, BudgetError>) -> Void
    ) {
        let plan = planner.plan(subject, usage, holds: true, at: store.now)
        let step = Step.usage(
            tenant: subject.tenant, limits: plan.limits, validFrom: plan.validFrom,
            validUntil: plan.validUntil)
        store.perform(step) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let answer):
                switch answer.result {
                case .usage(let standings):
                    completion(.success((plan.limits, standings, answer.moment)))
                case .stale where attempt < Self.mostReplans:
                    self.standings(subject, usage, attempt: attempt + 1, completion)
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
            listing: fields.listing ?? .both,
            count: fields.count ?? Bounds.defaultPage, cursor: fields.cursor ?? 0)
        ledger.run(query) { result in
            completion(result.map { RunAnswer.answer($0, query, self.policy) })
        }
    }

    func entries(_ fields: FieldReader.Fields, _ completion: @escaping Completion) {
        let query = EntryQuery(
            filter: EventFilter(family: .events, subject: fields.subject),
            count: fields.count ?? Bounds.defaultPage,
            before: fields.cursor.map { Sequence(value: Int64($0)) })
        ledger.entries(query) { result in
            completion(result.map { EntriesAnswer.answer($0, self.policy) })
        }
    }
}
