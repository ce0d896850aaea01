// A call as text, for its record and for the journal: one line of tab-separated items, readable in
// redis-cli, with every value escaped. `H` reserve, `G` charge, `P` record, `C` commit, `L` late
// commit, `R` release, `E` expire; then the body's digest, the time to live, and items:
//
//   u= s= r= k= a= t= f= l.<name>=      user session run task agent tool fingerprint label
//   p= m= o= i= q= cr= cw= rt= ms= mc= n= st= at= oc= rid=      the usage
//   $= pv= un=                          cost in 1e-9 US dollars, price version, unpriced
//   L=name|per|window|counter           an account, in the plan's order

import BudgetModel

enum CallText {
    /// The first letter of an admission's text.
    static func letter(_ kind: Admission.Kind) -> String {
        switch kind {
        case .reserve: "H"
        case .charge: "G"
        case .record: "P"
        case .check: "?"
        }
    }

    static func admission(_ admission: Admission) -> String {
        var text = letter(admission.kind)
        text += "\t"
        text += admission.call.bodyDigest
        text += "\t"
        text += String(admission.timeToLive)
        write(admission.call, to: &text)
        for limit in admission.limits { write(limit.account, to: &text) }
        return text
    }

    static func settlement(_ settlement: Settlement) -> String {
        let digest = settlement.call.bodyDigest
        switch settlement.kind {
        case .release: return "R\t" + digest + "\t0"
        case .expire: return "E\t" + digest + "\t0"
        case .commit:
            var text = "C\t" + digest + "\t0"
            write(settlement.call, to: &text)
            for account in settlement.reservation.accounts { write(account, to: &text) }
            for limit in settlement.overrun { write(limit.account, to: &text) }
            return text
        }
    }

    private static func write(_ call: PricedCall, to text: inout String) {
        write(call.subject, to: &text)
        write(call.usage, to: &text)
        item("$", call.amounts.cost, &text)
        item("pv", call.priceVersion, &text)
        if call.isUnpriced { text += "\tun=1" }
    }

    private static func write(_ subject: Subject, to text: inout String) {
        item("u", subject.user, &text)
        item("s", subject.session, &text)
        item("r", subject.run, &text)
        item("k", subject.task, &text)
        item("a", subject.agent, &text)
        item("t", subject.tool, &text)
        item("f", subject.fingerprint, &text)
        for label in subject.labels {
            item("l." + Escaping.component(label.name), label.value, &text)
        }
    }

    private static func write(_ usage: Usage, to text: inout String) {
        item("p", usage.provider, &text)
        item("m", usage.model, &text)
        item("o", usage.operation, &text)
        item("i", usage.inputTokens, &text)
        item("q", usage.outputTokens, &text)
        item("cr", usage.cacheReadTokens, &text)
        item("cw", usage.cacheWriteTokens, &text)
        item("rt", usage.reasoningTokens, &text)
        item("ms", usage.milliseconds, &text)
        item("mc", usage.machine, &text)
        item("n", usage.units, &text)
        item("st", usage.serviceTier?.rawValue, &text)
        item("at", usage.attempt, &text)
        item("oc", usage.outcome?.rawValue, &text)
        item("rid", usage.responseID, &text)
    }

    private static func write(_ account: Account, to text: inout String) {
        text += "\tL="
        text += Escaping.component(account.name)
        text += "|"
        for index in account.scope.fields.indices {
            if index > 0 { text += "," }
            text += shortName(account.scope.fields[index])
        }
        text += "|"
        text += account.window
        text += "|"
        text += account.counter
    }

    private static func item(_ name: String, _ value: String?, _ text: inout String) {
        guard let value else { return }
        text += "\t"
        text += name
        text += "="
        text += Escaping.component(value)
    }

    private static func item(_ name: String, _ value: Int64?, _ text: inout String) {
        guard let value else { return }
        text += "\t"
        text += name
        text += "="
        text += String(value)
    }

    /// The item name of a subject's field; `T` for the tenant, which the key names.
    static func shortName(_ field: SubjectField) -> String {
        switch field {
        case .tenant: "T"
        case .user: "u"
        case .session: "s"
        case .run: "r"
        case .task: "k"
        case .agent: "a"
        case .tool: "t"
        case .fingerprint: "f"
        case .label(let name): "l." + Escaping.component(name)
        }
    }

    /// The field of an item, or nil where the item is none.
    static func field(_ shortName: some StringProtocol) -> SubjectField? {
        switch shortName {
        case "T": .tenant
        case "u": .user
        case "s": .session
        case "r": .run
        case "k": .task
        case "a": .agent
        case "t": .tool
        case "f": .fingerprint
        default:
            shortName.hasPrefix("l.")
                ? Escaping.plain(shortName.dropFirst(2)).map(SubjectField.label) : nil
        }
    }
}
