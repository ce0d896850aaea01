// What verifying found, as JSON has it.

import BudgetModel
import BudgetStore
import RESP

enum FindingsAnswer {
    /// What is said of a tenant of which there is nothing.
    static func nothing(of tenant: String) -> String {
        "there is nothing of the tenant \(Text.printable(tenant)): no entry, and nothing that is "
            + "counted, held or set"
    }

    /// - Parameter repairs: what was corrected before; nil where that was not asked for.
    static func answer(
        _ findings: Findings, _ tenant: String, repairs: [RepairRun.Outcome]? = nil
    ) -> RESPValue {
        func number(_ value: Int64?) -> RESPValue { value.map { .integer($0) } ?? .null }
        let differences = findings.differences.map { one in
            map([
                ("key", .bulk(one.key)), ("field", .bulk(one.field)),
                ("found", number(one.found)), ("expected", number(one.expected)),
                ("message", .bulk(one.message)),
            ])
        }
        let corrections = findings.corrections.map { one in
            map([
                ("key", .bulk(one.key)), ("as_of", .integer(one.asOf.value)),
                ("changes", .bulk(one.text)),
            ])
        }
        let nobody = findings.isOfNothing ? [nothing(of: tenant)] : []
        let made = repairs.map { [("repairs", RESPValue.array($0.map(repair)))] } ?? []
        return map(
            [
                ("tenant", .bulk(tenant)),
                ("agrees", .integer(findings.differences.isEmpty ? 1 : 0)),
                ("lines", .integer(Int64(findings.lines))),
                ("counters", .integer(Int64(findings.counters))),
                ("holds", .integer(Int64(findings.holds))),
                ("ranked", .integer(Int64(findings.ranked))),
                ("since_seq", number(findings.since?.sequence.value)),
                ("since_ms", number(findings.since?.now)),
                ("until_seq", number(findings.until?.sequence.value)),
                ("notes", .array((findings.notes + nobody).map { .bulk($0) })),
                ("differences", .array(differences)),
                ("corrections", .array(corrections)),
            ] + made)
    }

    private static func repair(_ one: RepairRun.Outcome) -> RESPValue {
        switch one {
        case .done(let key, let answer):
            map([
                ("key", .bulk(key)), ("repaired", .integer(1)),
                ("seq", answer["seq"] ?? .null), ("before", answer["before"] ?? .null),
                ("after", answer["after"] ?? .null),
            ])
        case .left(let key, let why):
            map([("key", .bulk(key)), ("repaired", .integer(0)), ("message", .bulk(why))])
        }
    }

    private static func map(_ pairs: [(String, RESPValue)]) -> RESPValue {
        .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
    }
}
