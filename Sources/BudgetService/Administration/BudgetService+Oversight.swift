// LIMIT LIST, SUBJECT SHOW, AUDIT and POLICY: what administrators look at.

import BudgetModel

extension BudgetService {
    func listLimits(
        _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        let tenant = fields.subject.tenant
        administration.steering(tenant: tenant, cursor: fields.cursor ?? 0) { result in
            completion(result.map { SteeringAnswer.limits($0, tenant, self.policy) })
        }
    }

    /// Everything that is set for the scopes that a subject's calls fall under.
    func showSubject(
        _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) {
        let subject = fields.subject
        var scopes = Subject.suspendable.compactMap { Scope(of: subject, per: [$0])?.canonical }
        for limit in policy.limits {
            guard let scope = Scope(of: subject, per: limit.per)?.canonical,
                !scopes.contains(scope)
            else { continue }
            scopes.append(scope)
        }
        administration.steering(tenant: subject.tenant, scopes: scopes) { result in
            completion(result.map { SteeringAnswer.subject($0, subject, self.policy) })
        }
    }

    func audit(
        _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        if let since = fields.since, let until = fields.until, until <= since {
            throw BudgetError(
                .badArgument,
                "until_ms is \(until), which is not after since_ms, \(since)")
        }
        var query = AuditQuery(
            subject: fields.subject, count: fields.count ?? Bounds.defaultPage,
            before: fields.cursor.map { Sequence(value: Int64($0)) })
        query.action = fields.action
        query.actor = fields.actor
        query.limit = fields.limit
        query.since = fields.since
        query.until = fields.until
        administration.audit(query) { result in
            completion(result.map { AuditAnswer.answer($0, self.policy) })
        }
    }
}
