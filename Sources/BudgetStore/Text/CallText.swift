// A call as text, for its record and for the journal: one line of tab-separated items, readable in
// redis-cli, with every value escaped. `H` reserve, `G` charge, `P` record, `C` commit, `L` late
// commit, `R` release, `E` expire, `D` expire and charge, `V` take that charge back; then the
// body's digest, the time to live, and items:
//
//   u= s= r= k= a= t= f= l.<name>=      user session run task agent tool fingerprint label
//   p= m= o= i= q= cr= cw= cl= rt= ia= ii= oa= oi= im= qn= ch= ms= mc= n= st= at= oc= rid=  usage
//   $= pv= un= ov=                      cost in 1e-9 US dollars, price version, unpriced, more
//                                       than was reserved
//   L=name|per|window|counter           an account, in the plan's order
//
// In the journal lines may follow: `T 1 2`, the accounts that counted a new task, and for each
// threshold that was passed `W 8000 u:cost <the window's key>`, the share in 1/10000.

import BudgetModel

enum CallText {
    /// The first letter of an admission's text.
    static func letter(_ kind: Admission.Kind) -> StaticString {
        switch kind {
        case .reserve: "H"
        case .charge: "G"
        case .record: "P"
        case .check: "?"
        }
    }

    static func write(_ admission: Admission, to text: inout ByteText) {
        text.append(letter(admission.kind))
        text.append("\t")
        text.append(admission.call.bodyDigest)
        text.append("\t")
        text.append(admission.timeToLive)
        write(admission.call, to: &text)
        for planned in admission.limits {
            let limit = planned.limit
            write(limit.name, planned.scope, planned.window.id, limit.counter, to: &text)
        }
    }

    static func write(_ settlement: Settlement, to text: inout ByteText) {
        switch settlement.kind {
        case .release: text.append("R\t")
        case .expire: text.append("E\t")
        case .expireCharged: text.append("D\t")
        case .commit: text.append("C\t")
        }
        text.append(settlement.call.bodyDigest)
        text.append("\t0")
        guard settlement.spends else { return }
        write(settlement.call, to: &text)
        if settlement.isOverEstimate { text.append("\tov=1") }
        for account in settlement.reservation.accounts { write(account, to: &text) }
        for limit in settlement.overrun { write(limit.account, to: &text) }
    }

    private static func write(_ call: PricedCall, to text: inout ByteText) {
        write(call.subject, to: &text)
        write(call.usage, to: &text)
        item("$", call.amounts.cost, &text)
        item("pv", call.priceVersion, &text)
        if call.isUnpriced { text.append("\tun=1") }
    }

    private static func write(_ subject: Subject, to text: inout ByteText) {
        item("u", subject.user, &text)
        item("s", subject.session, &text)
        item("r", subject.run, &text)
        item("k", subject.task, &text)
        item("a", subject.agent, &text)
        item("t", subject.tool, &text)
        item("f", subject.fingerprint, &text)
        for label in subject.labels {
            text.append("\tl.")
            text.append(escaped: label.name)
            text.append("=")
            text.append(escaped: label.value)
        }
    }

    private static func write(_ usage: Usage, to text: inout ByteText) {
        item("p", usage.provider, &text)
        item("m", usage.model, &text)
        item("o", usage.operation, &text)
        item("i", usage.inputTokens, &text)
        item("q", usage.outputTokens, &text)
        item("cr", usage.cacheReadTokens, &text)
        item("cw", usage.cacheWriteTokens, &text)
        item("cl", usage.longCacheWriteTokens, &text)
        item("rt", usage.reasoningTokens, &text)
        item("ia", usage.inputAudioTokens, &text)
        item("ii", usage.inputImageTokens, &text)
        item("oa", usage.outputAudioTokens, &text)
        item("oi", usage.outputImageTokens, &text)
        item("im", usage.images, &text)
        item("qn", usage.queries, &text)
        item("ch", usage.characters, &text)
        item("ms", usage.milliseconds, &text)
        item("mc", usage.machine, &text)
        item("n", usage.units, &text)
        item("st", usage.serviceTier?.rawValue, &text)
        item("at", usage.attempt, &text)
        item("oc", usage.outcome?.rawValue, &text)
        item("rid", usage.responseID, &text)
    }

    private static func write(_ account: Account, to text: inout ByteText) {
        write(account.name, account.scope, account.window, account.counter, to: &text)
    }

    private static func write(
        _ name: String, _ scope: Scope, _ window: String, _ counter: String,
        to text: inout ByteText
    ) {
        text.append("\tL=")
        text.append(escaped: name)
        text.append("|")
        for index in scope.fields.indices {
            if index > 0 { text.append(",") }
            write(shortNameOf: scope.fields[index], to: &text)
        }
        text.append("|")
        text.append(window)
        text.append("|")
        text.append(counter)
    }

    private static func item(_ name: StaticString, _ value: String?, _ text: inout ByteText) {
        guard let value else { return }
        text.append("\t")
        text.append(name)
        text.append("=")
        text.append(escaped: value)
    }

    private static func item(_ name: StaticString, _ value: Int64?, _ text: inout ByteText) {
        guard let value else { return }
        text.append("\t")
        text.append(name)
        text.append("=")
        text.append(value)
    }

    /// The item name of a subject's field; `T` for the tenant, which the key names.
    static func write(shortNameOf field: SubjectField, to text: inout ByteText) {
        switch field {
        case .tenant: text.append("T")
        case .user: text.append("u")
        case .session: text.append("s")
        case .run: text.append("r")
        case .task: text.append("k")
        case .agent: text.append("a")
        case .tool: text.append("t")
        case .fingerprint: text.append("f")
        case .label(let name):
            text.append("l.")
            text.append(escaped: name)
        }
    }

    /// The field of an item, or nil where the item is none.
    static func field(_ shortName: some Collection<UInt8>) -> SubjectField? {
        guard let first = shortName.first else { return nil }
        guard shortName.count > 1 else { return field(letter: first) }
        guard shortName.starts(with: "l.".utf8) else { return nil }
        return Escaping.plain(String(decoding: shortName.dropFirst(2), as: UTF8.self))
            .map(SubjectField.label)
    }

    private static func field(letter: UInt8) -> SubjectField? {
        switch letter {
        case UInt8(ascii: "T"): .tenant
        case UInt8(ascii: "u"): .user
        case UInt8(ascii: "s"): .session
        case UInt8(ascii: "r"): .run
        case UInt8(ascii: "k"): .task
        case UInt8(ascii: "a"): .agent
        case UInt8(ascii: "t"): .tool
        case UInt8(ascii: "f"): .fingerprint
        default: nil
        }
    }
}
