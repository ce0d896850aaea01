// The parts of the policy file that are not limits or prices.

import BudgetModel

/// Reads the sections of a policy that are neither limits nor prices. An absent section or value
/// has the model's default.
enum SettingsReader {
    /// Names that a request gives a meaning to by itself.
    private static let ownNames =
        Field.usage.map(\.rawValue) + [Field.idempotencyKey.rawValue, Field.ttl.rawValue, "id"]

    static func tenants(_ node: YAMLNode?) -> [String: TenantSettings] {
        var tenants: [String: TenantSettings] = [:]
        for entry in node?.entries("a mapping of tenants to their settings") ?? [] {
            guard entry.key.checkName(entry.name, "a tenant"),
                let fields = entry.value.fields(["timezone"]),
                let zone = fields.required("timezone", "an IANA time zone")?.timeZone()
            else { continue }
            tenants[entry.name] = TenantSettings(timeZone: zone)
        }
        return tenants
    }

    static func outsideNames(_ node: YAMLNode?) -> [String: SubjectField] {
        var names: [String: SubjectField] = [:]
        for entry in node?.entries("a mapping of outside names to subject fields") ?? [] {
            if SubjectField(name: entry.name) != nil || ownNames.contains(entry.name) {
                entry.key.fault("this is a field of budgetd itself; expected an outside name")
            } else if entry.key.checkName(entry.name, "an outside name") {
                names[entry.name] = entry.value.subjectField()
            }
        }
        return names
    }

    static func reservations(_ node: YAMLNode?) -> ReservationRules {
        let standard = ReservationRules()
        guard let fields = node?.fields(["ttl", "grace", "max_ttl", "on_expire"]) else {
            return standard
        }
        let choices = ReservationRules.OnExpire.allCases.map { ($0.rawValue, $0) }
        let ttl = fields["ttl"]?.duration(Bounds.minTTL...DurationText.most)
        let maxTTL = fields["max_ttl"]?.duration(Bounds.minTTL...DurationText.most)
        let rules = ReservationRules(
            ttlMs: ttl ?? standard.ttlMs,
            graceMs: fields["grace"]?.duration(0...DurationText.most) ?? standard.graceMs,
            maxTTLMs: maxTTL ?? standard.maxTTLMs,
            onExpire: fields["on_expire"]?.choice(choices) ?? standard.onExpire)
        if rules.ttlMs > rules.maxTTLMs, let place = fields["ttl"] ?? fields["max_ttl"] {
            place.fault(
                "ttl \(DurationText.text(rules.ttlMs)) is longer than max_ttl "
                    + "\(DurationText.text(rules.maxTTLMs)); expected at most max_ttl")
        }
        return rules
    }

    static func retention(_ node: YAMLNode?) -> Retention {
        let standard = Retention()
        guard let fields = node?.fields(["keys", "runs", "journal", "late_commit"]) else {
            return standard
        }
        return Retention(
            keysMs: fields["keys"]?.duration() ?? standard.keysMs,
            runsMs: fields["runs"]?.duration() ?? standard.runsMs,
            journalMs: fields["journal"]?.duration() ?? standard.journalMs,
            lateCommitMs: fields["late_commit"]?.duration() ?? standard.lateCommitMs)
    }

    static func estimates(_ node: YAMLNode?) -> [String: UsageEstimate] {
        let tokens = "a whole number of tokens"
        var estimates: [String: UsageEstimate] = [:]
        for entry in node?.entries("a mapping of operations to estimates") ?? [] {
            guard entry.key.checkName(entry.name, "an operation"),
                let fields = entry.value.fields(
                    ["input_tokens", "output_tokens", "seconds", "units"])
            else { continue }
            estimates[entry.name] = UsageEstimate(
                inputTokens: fields["input_tokens"]?.whole(0...Bounds.maxTokens, tokens),
                outputTokens: fields["output_tokens"]?.whole(0...Bounds.maxTokens, tokens),
                milliseconds: fields["seconds"]?.decimal("seconds like 90 or 0.5") {
                    text throws(DecimalText.Fault) in try SecondsText.read(text)
                },
                units: fields["units"]?.whole(0...Bounds.maxTokens, "a whole number of units"))
        }
        return estimates
    }

    static func unknownModel(_ node: YAMLNode?) -> UnknownModel {
        guard let node else { return .deny }
        if case .mapping = node.node {
            guard let fields = node.fields(["per_million"]) else { return .deny }
            let rates = fields.required("per_million", RatesReader.expected)
                .flatMap(RatesReader.standard)
            return rates.map { .price(Rates(tokens: $0)) } ?? .deny
        }
        return node.choice([("deny", .deny), ("free", .free)]) ?? .deny
    }

    static func outage(_ node: YAMLNode?) -> OutageRule {
        guard let node else { return .deny }
        guard case .mapping = node.node else {
            let expected = "deny, or a mapping of cap and within"
            if let text = node.text(expected), text != "deny" {
                node.fault("\(node.description) is unknown; expected \(expected)")
            }
            return .deny
        }
        guard let fields = node.fields(["cap", "within"]) else { return .deny }
        let cap = fields.required("cap", CapReader.expected(.cost))
        let cost = cap.flatMap { CapReader.cap($0, of: .cost) }
        let within = fields.required("within", DurationText.expected)?.duration()
        if cost == 0 { cap?.fault("0 allows nothing; expected more, or on_unavailable: deny") }
        guard let cost, cost > 0, let within else { return .deny }
        return .allow(cost: cost, milliseconds: within)
    }
}
