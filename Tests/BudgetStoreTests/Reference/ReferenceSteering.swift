// What an administrator set for one scope, as the reference ledger sees it and as the steering
// hash spells it.

import BudgetModel

/// A suspension, and overrides by a limit's identity.
struct ReferenceSteering {
    struct Grant {
        var amount: Int64
        var until: Int64
    }

    struct Override {
        var cap: Int64?
        /// Nil: without end.
        var until: Int64?
        var grants: [Grant] = []
    }

    var isSuspended = false
    var overrides: [Int64: Override] = [:]

    /// The cap in force, and whether it is other than the policy's.
    func cap(of limit: Limit, at now: Int64) -> (cap: Int64, isOverridden: Bool) {
        guard let override = overrides[limit.identity] else { return (limit.cap, false) }
        var cap = limit.cap
        var isOverridden = false
        if let own = override.cap, override.until.map({ now < $0 }) ?? true {
            cap = own
            isOverridden = true
        }
        for grant in override.grants where now < grant.until {
            cap = min(Bounds.maxSum, cap + grant.amount)
            isOverridden = true
        }
        return (cap, isOverridden)
    }

    /// `S` or `-`, then `|identity:cap:until:amount,until;…` for each override.
    var text: String {
        var text = isSuspended ? "S" : "-"
        for (identity, override) in overrides.sorted(by: { $0.key < $1.key }) {
            let cap = override.cap.map(String.init) ?? ""
            let until = override.until.map(String.init) ?? ""
            let grants = override.grants.map { "\($0.amount),\($0.until)" }
            text += "|\(identity):\(cap):\(until):" + grants.joined(separator: ";")
        }
        return text
    }
}
