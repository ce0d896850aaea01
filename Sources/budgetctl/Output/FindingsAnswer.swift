// What verifying found, as JSON has it.

import BudgetModel
import BudgetStore
import RESP

enum FindingsAnswer {
    static func answer(_ findings: Findings, _ tenant: String) -> RESPValue {
        func number(_ value: Int64?) -> RESPValue { value.map { .integer($0) } ?? .null }
        let differences = findings.differences.map { one in
            map([
                ("key", .bulk(one.key)), ("field", .bulk(one.field)),
                ("found", number(one.found)), ("expected", number(one.expected)),
                ("message", .bulk(one.message)),
            ])
        }
        return map([
            ("tenant", .bulk(tenant)),
            ("agrees", .integer(findings.differences.isEmpty ? 1 : 0)),
            ("lines", .integer(Int64(findings.lines))),
            ("counters", .integer(Int64(findings.counters))),
            ("holds", .integer(Int64(findings.holds))),
            ("since_seq", number(findings.since?.sequence.value)),
            ("since_ms", number(findings.since?.now)),
            ("until_seq", number(findings.until?.sequence.value)),
            ("notes", .array(findings.notes.map { .bulk($0) })),
            ("differences", .array(differences)),
        ])
    }

    private static func map(_ pairs: [(String, RESPValue)]) -> RESPValue {
        .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
    }
}
