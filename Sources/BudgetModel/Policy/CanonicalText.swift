/// The one spelling of a policy's content, from which its digest is made.
///
/// Every part carries its length, so that no name can pass for two.
struct CanonicalText {
    private var text = ""

    mutating func add(_ kind: String, _ parts: String?...) { add(kind, parts) }

    mutating func add(_ kind: String, _ parts: [String?]) {
        for part in [kind] + parts {
            text += part.map { "\($0.utf8.count):\($0)" } ?? "-"
            text += " "
        }
        text += "\n"
    }

    mutating func add(_ limit: Limit) {
        add(
            "limit", limit.name, "\(limit.per.count)", limit.per.map(\.name).joined(separator: " "),
            limit.window.identityText, limit.measure.name, "\(limit.cap)",
            limit.warnAt.map { "\($0)" }.joined(separator: " "), limit.match.text,
            limit.mode.rawValue)
    }

    mutating func add(_ rules: ReservationRules) {
        add(
            "reservations", "\(rules.ttlMs)", "\(rules.graceMs)", "\(rules.maxTTLMs)",
            rules.onExpire.rawValue)
    }

    mutating func add(_ operation: String, _ estimate: UsageEstimate) {
        let numbers = [
            estimate.inputTokens, estimate.outputTokens, estimate.milliseconds, estimate.units,
        ]
        add("estimate", [operation] + numbers.map { $0.map(String.init) })
    }

    mutating func add(_ unknown: UnknownModel) {
        switch unknown {
        case .deny: add("unknown", "deny")
        case .free: add("unknown", "free")
        case .price(let rates): add("unknown", spelled(rates))
        }
    }

    mutating func add(_ rule: OutageRule) {
        switch rule {
        case .deny: break
        case .allow(let cost, let milliseconds): add("unavailable", "\(cost)", "\(milliseconds)")
        }
    }

    mutating func add(_ entry: PriceEntry) {
        add(
            "price",
            [entry.item.name, "\(entry.from)", entry.isDefault ? "default" : nil]
                + spelled(entry.rates))
    }

    mutating func add(_ rates: Rates) { add("rates", spelled(rates)) }

    mutating func add(_ keep: Retention) {
        add(
            "keep", "\(keep.keysMs)", "\(keep.runsMs)", "\(keep.journalMs)",
            "\(keep.lateCommitMs)")
    }

    private func spelled(_ rates: Rates) -> [String?] {
        var parts = spelled(rates.tiers)
        for step in rates.steps { parts += ["above", "\(step.above)"] + spelled(step.tiers) }
        let pieces = [
            rates.perHour, rates.perCall, rates.perImage, rates.perQuery, rates.perCharacter,
            rates.perUnit,
        ]
        return parts + pieces.map { $0.map(spelled) }
    }

    private func spelled(_ tiers: Rates.Tiers) -> [String?] {
        var parts = spelled(tiers.standard)
        for tier in ServiceTier.allCases {
            guard let own = tiers.others[tier] else { continue }
            parts.append(tier.rawValue)
            parts += spelled(own)
        }
        return parts
    }

    private func spelled(_ rates: TokenRates) -> [String?] {
        TokenRates.kinds.map { rates[keyPath: $0].map(spelled) }
    }

    private func spelled(_ rate: Rate) -> String { String(rate.femto) }

    /// Sixteen hexadecimal digits.
    var digest: String {
        let digits = String(Digest.bits64(of: text), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension Rates {
    /// Eight hexadecimal digits: enough to tell the prices of one model apart.
    var digest: String {
        var text = CanonicalText()
        text.add(self)
        return String(text.digest.prefix(8))
    }
}
