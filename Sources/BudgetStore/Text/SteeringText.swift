// What the steering hash and the audit hold, as the scripts write it: `S` or `-`, then
// `|identity:cap:until:amount,until;…:measure=name` for each override, where the last part is what
// the limit was called when it was set.

import BudgetModel
import RedisClient

enum SteeringText {
    typealias Override = SteeringState.Override

    /// Reads what is set for a scope; nil where it is not as written.
    static func read(_ text: String, scope: String) -> Steering? {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard let mark = parts.first, mark == "S" || mark == "-" else { return nil }
        var steering = Steering(scope: scope, isSuspended: mark == "S", overrides: [:])
        for part in parts.dropFirst() {
            var items = part.split(separator: ":", omittingEmptySubsequences: false)
            guard let identity = items.first.flatMap({ Int64($0) }) else { return nil }
            if items.count == 5, let name = items.popLast() {
                steering.names[identity] = self.name(name)
            }
            guard let override = override(items.dropFirst().joined(separator: ":")) else {
                return nil
            }
            steering.overrides[identity] = override
        }
        return steering
    }

    /// Reads `measure=name`.
    private static func name(_ text: Substring) -> Steering.Name? {
        guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")),
            let measure = Measure(name: String(text[..<sign])),
            let limit = Escaping.plain(text[text.utf8.index(after: sign)...])
        else { return nil }
        return Steering.Name(limit: limit, measure: measure)
    }

    /// Reads `cap:until:amount,until;…`; an override of nothing is none.
    static func override(_ text: some StringProtocol) -> Override?? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let cap = number(parts[0]), let until = number(parts[1]) else {
            return nil
        }
        var override = Override(cap: cap, until: until)
        for grant in parts[2].split(separator: ";") {
            let pair = grant.split(separator: ",").compactMap { Int64($0) }
            guard pair.count == 2 else { return nil }
            override.grants.append(.init(amount: pair[0], until: pair[1]))
        }
        return .some(override.cap == nil && override.grants.isEmpty ? nil : override)
    }

    /// A number, or none; nil where it is neither.
    private static func number(_ text: some StringProtocol) -> Int64?? {
        if text.isEmpty { return .some(nil) }
        return Int64(text).map { .some($0) }
    }

    /// Reads what an act changed.
    static func state(_ text: String, of action: String) -> SteeringState? {
        switch action {
        case "suspend", "resume":
            switch text {
            case "S": .suspended
            case "-": .active
            default: nil
            }
        case "reset": Int64(text).map(SteeringState.spent)
        case "correct": .counters(text)
        case "policy": .policy(text)
        default: override(text).map(SteeringState.override)
        }
    }

    /// Reads an entry of the audit's stream; nil where it is not as written.
    static func entry(_ reply: RedisReply) -> AuditEntry? { line(reply)?.entry }

    /// Reads a line of the audit's stream, whatever it says.
    static func line(_ reply: RedisReply) -> AuditLine? {
        guard let parts = reply.array, parts.count == 2,
            let sequence = parts[0].string.flatMap({ Sequence(text: $0) }),
            let values = parts[1].array
        else { return nil }
        var texts = values.map { $0.string ?? "" }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
            fields[texts[index]] = texts[index + 1]
        }
        let isSealed = texts.count >= 2 && texts[texts.count - 2] == "chain"
        let chain = isSealed ? texts[texts.count - 1] : ""
        if isSealed { texts.removeLast(2) }
        return AuditLine(
            sequence: sequence, text: texts.joined(separator: "\n"), chain: chain,
            entry: entry(sequence, fields))
    }

    private static func entry(_ sequence: Sequence, _ fields: [String: String]) -> AuditEntry? {
        guard let now = fields["at"].flatMap({ Int64($0) }), let action = fields["action"],
            let before = fields["before"].flatMap({ state($0, of: action) }),
            let after = fields["after"].flatMap({ state($0, of: action) })
        else { return nil }
        let limit = fields["limit"] ?? ""
        return AuditEntry(
            moment: Moment(sequence: sequence, now: now), actor: fields["actor"] ?? "",
            action: action, scope: fields["scope"] ?? "", limit: limit.isEmpty ? nil : limit,
            measure: fields["measure"].flatMap { Measure(name: $0) }, before: before,
            after: after, reason: fields["reason"] ?? "")
    }
}
