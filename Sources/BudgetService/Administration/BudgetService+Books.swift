// JOURNAL and COUNTERS: the books as they are written.

import BudgetModel

extension BudgetService {
    func journal(_ fields: FieldReader.Fields, _ completion: @escaping Completion) {
        ledger.journal(
            tenant: fields.subject.tenant, count: fields.count ?? Bounds.defaultPage,
            after: fields.cursor.map { Sequence(value: Int64($0)) }
        ) { result in
            completion(result.map { BooksAnswer.journal($0, self.policy) })
        }
    }

    func counters(_ fields: FieldReader.Fields, _ completion: @escaping Completion) {
        let tenant = fields.subject.tenant
        let (count, cursor) = (fields.count ?? Bounds.defaultPage, fields.cursor ?? 0)
        let answer = { (result: Result<CountersPage, BudgetError>) in
            completion(result.map { BooksAnswer.counters($0, tenant, self.policy) })
        }
        if let key = fields.counters {
            ledger.ranking(
                tenant: tenant, key: key, count: count, cursor: cursor, completion: answer)
        } else {
            ledger.counters(tenant: tenant, count: count, cursor: cursor, completion: answer)
        }
    }
}
