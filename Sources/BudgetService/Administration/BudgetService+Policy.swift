// POLICY SHOW, CHECK and RELOAD. A request that came before a reload is answered under the policy
// that it was planned under: the daemon gives each loop a new service, and this one ends with its
// last answer.

import BudgetModel

extension BudgetService {
    func oversee(
        _ command: Command, _ fields: FieldReader.Fields, _ caller: Caller,
        _ completion: @escaping Completion
    ) throws(BudgetError) {
        guard let office else {
            throw BudgetError(.unavailable, "this daemon's policy is in no file")
        }
        let now = store.now
        switch command {
        case .policyShow:
            completion(.success(PolicyAnswer.shown(office, policy.digest, now: now)))
        case .policyCheck:
            let digest = policy.digest
            office.check { reading in
                completion(.success(PolicyAnswer.checked(reading, inForce: digest, now: now)))
            }
        default:
            office.reload(actor: caller.name, reason: fields.reason ?? "") { result in
                completion(
                    result.map { reading in
                        PolicyAnswer.reloaded(
                            reading, inForce: reading.digest ?? reading.before, now: now)
                    })
            }
        }
    }
}
