// Random calls: few users, sessions, runs, agents and tasks, so that they meet.

import BudgetModel

struct CallMaker {
    /// Names that collide for whoever compares or escapes carelessly.
    static let users = ["ann", "bob", "é", "e\u{301}", "\u{301}x=|", "ann,run=r"]
    static let models = ["gpt-4o", "gpt-4o-mini", "gpt-3.5", "claude-opus-4", "llama-3"]
    private var made = 0

    mutating func subject(
        _ tenant: String, _ generation: Int, _ random: inout SeededGenerator
    ) -> Subject {
        var subject = Subject(tenant: tenant)
        subject.user = random.pick(Self.users, nilOneIn: 12)
        subject.session = random.pick(["s1", "s2", "s:3"], nilOneIn: 4).map {
            $0 + "/\(generation)"
        }
        subject.run = random.pick(["r1", "r2", "r{3}"], nilOneIn: 8).map { $0 + "-\(generation)" }
        subject.task = random.pick(["plan", "code", "te st", "é", "e\u{301}"], nilOneIn: 3)
        subject.agent = random.pick(["writer", "critic"], nilOneIn: 3)
        subject.tool = random.pick(["search"], nilOneIn: 2)
        subject.fingerprint = random.pick(["f1", "f2"], nilOneIn: 3)
        subject[.label("team")] = random.pick(["red", "bl|ue"], nilOneIn: 2)
        subject[.label("tier")] = random.pick(["free", "paid"], nilOneIn: 2)
        return subject
    }

    func usage(_ random: inout SeededGenerator) -> Usage {
        var usage = Usage()
        usage.model = random.pick(Self.models, nilOneIn: 10)
        usage.provider = random.pick(["openai", "azure", "x y"], nilOneIn: 4)
        usage.operation = random.pick(["chat", "execute_tool"], nilOneIn: 3)
        fill(&usage, &random)
        usage.attempt = random.pick([0, 0, 0, 1, 2], nilOneIn: 2)
        usage.machine = random.pick(["a100"], nilOneIn: 2)
        usage.serviceTier = random.pick(ServiceTier.allCases, nilOneIn: 2)
        return usage
    }

    private func fill(_ usage: inout Usage, _ random: inout SeededGenerator) {
        let isBig = random.oneIn(12)
        usage.inputTokens = random.oneIn(10) ? nil : random.amount(upTo: isBig ? 9_000 : 900)
        usage.outputTokens = random.oneIn(10) ? nil : random.amount(upTo: isBig ? 5_000 : 500)
        usage.milliseconds = random.oneIn(3) ? nil : random.amount(upTo: 4_000)
        usage.units = random.oneIn(3) ? 3 : nil
    }

    mutating func call(
        _ subject: Subject, _ usage: Usage, _ random: inout SeededGenerator
    ) -> PricedCall {
        made += 1
        var usage = usage
        let cost = random.oneIn(10) ? 0 : random.amount(upTo: random.oneIn(15) ? 9_000 : 700)
        let isGiven = random.oneIn(2)
        usage.cost = isGiven ? cost : nil
        return PricedCall(
            subject: subject, usage: usage, amounts: Amounts(usage, cost: cost),
            priceVersion: isGiven ? Pricing.given : "gpt-4o@2027-01-01",
            isUnpriced: random.oneIn(9),
            bodyDigest: "b\(made)")
    }

    /// What was really used: as estimated, less, more, or by another model.
    mutating func actual(
        _ reservation: Reservation, _ random: inout SeededGenerator
    ) -> PricedCall {
        var usage = reservation.call.usage
        if random.oneIn(4) { usage.model = random.pick(Self.models) }
        if !random.oneIn(4) { fill(&usage, &random) }
        usage.outcome = random.pick(CallOutcome.allCases, nilOneIn: 2)
        usage.responseID = random.oneIn(2) ? "resp \(made)" : nil
        return call(reservation.call.subject, usage, &random)
    }
}
