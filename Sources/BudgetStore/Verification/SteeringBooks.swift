// What is set beside the policy, as the acts of the audit make it: the last act on a suspension or
// an override says what it was after it, but for what has ended by itself since.

import BudgetModel

struct SteeringBooks {
    /// One scope.
    private struct Own {
        var isSuspended = false
        /// What the last act left, by the limit's identity.
        var overrides: [String: String] = [:]
        /// An act doesn't say which limit it is about.
        var isUnclear = false
    }

    private var scopes: [ExactText: Own] = [:]

    /// - Parameter lines: the audit, up to a moment.
    init(_ lines: some Swift.Sequence<AuditLine>) {
        for line in lines.sorted(by: { $0.sequence < $1.sequence }) { enter(line) }
    }

    private mutating func enter(_ line: AuditLine) {
        let texts = line.text.split(separator: "\n", omittingEmptySubsequences: false)
        var fields: [Substring: Substring] = [:]
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
            fields[texts[index]] = texts[index + 1]
        }
        let scope = ExactText(String(fields["scope"] ?? ""))
        let after = String(fields["after"] ?? "")
        switch fields["action"] ?? "" {
        case "suspend", "resume": scopes[scope, default: Own()].isSuspended = after == "S"
        case "set", "grant", "unset":
            if let identity = fields["identity"], !identity.isEmpty {
                scopes[scope, default: Own()].overrides[String(identity)] = after
            } else {
                scopes[scope, default: Own()].isUnclear = true
            }
        default: break
        }
    }

    /// What differs from what is set at a moment: the scope, and a sentence. The second are scopes
    /// that can't be told.
    func differences(
        from found: [String: String], at now: Int64
    ) -> (found: [(scope: String, message: String)], unclear: Int) {
        var differences: [(scope: String, message: String)] = []
        var known: [ExactText: String] = [:]
        for (scope, text) in found { known[ExactText(scope)] = text }
        var unclear = 0
        for scope in Set(known.keys).union(scopes.keys).sorted(by: { $0.text < $1.text }) {
            let own = scopes[scope] ?? Own()
            guard !own.isUnclear else {
                unclear += 1
                continue
            }
            let expected = Self.text(own, at: now)
            let text = known[scope].map { Self.text($0, at: now) ?? $0 } ?? "-"
            guard text != expected else { continue }
            differences.append((scope.text, "\(text) is set, by the audit it is \(expected)"))
        }
        return (differences, unclear)
    }

    /// What is in force, in one spelling.
    private static func text(_ own: Own, at now: Int64) -> String {
        let overrides = own.overrides.map { identity, after in
            let override = SteeringText.override(after).map { inForce($0, at: now) }
            return (identity, override ?? "?")
        }
        return text(own.isSuspended, overrides)
    }

    private static func text(_ found: String, at now: Int64) -> String? {
        SteeringText.read(found, scope: "").map { steering in
            text(
                steering.isSuspended,
                steering.overrides.map { ("\($0.key)", inForce($0.value, at: now)) })
        }
    }

    private static func text(_ isSuspended: Bool, _ overrides: [(String, String)]) -> String {
        let parts = overrides.filter { !$0.1.isEmpty }.sorted { $0.0 < $1.0 }
        return (isSuspended ? "S" : "-") + parts.map { "|\($0.0):\($0.1)" }.joined()
    }

    /// `cap:until:amount,until;…`; empty where nothing is in force.
    private static func inForce(_ override: SteeringState.Override?, at now: Int64) -> String {
        guard let override else { return "" }
        let isOver = override.until.map { $0 <= now } ?? false
        let cap = isOver ? nil : override.cap
        let grants = override.grants.filter { now < $0.until }
        guard cap != nil || !grants.isEmpty else { return "" }
        let until = cap == nil ? nil : override.until
        return (cap.map { "\($0)" } ?? "") + ":" + (until.map { "\($0)" } ?? "") + ":"
            + grants.map { "\($0.amount),\($0.until)" }.joined(separator: ";")
    }
}
