// What is wrong with a policy, as JSON has it.

import BudgetService
import RESP

enum FaultsAnswer {
    /// - Parameter digest: the policy's, where nothing is wrong.
    static func answer(_ faults: [PolicyFault], digest: String? = nil) -> RESPValue {
        func map(_ pairs: [(String, RESPValue)]) -> RESPValue {
            .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
        }
        let list = faults.map { fault in
            map([
                ("file", .bulk(fault.file)), ("line", .integer(Int64(fault.line))),
                ("column", .integer(Int64(fault.column))), ("path", .bulk(fault.path)),
                ("message", .bulk(fault.message)),
            ])
        }
        return map([
            ("valid", .integer(faults.isEmpty ? 1 : 0)),
            ("policy", digest.map { .bulk($0) } ?? .null), ("faults", .array(list)),
        ])
    }
}
