// An event as JSON on one line, under the names of the protocol; what isn't there has no name. The
// socket pushes it as it is, and so can whatever else tells events.

import BudgetModel

struct EventText {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// - Parameter showsActor: whether it says who did what, and why, as the audit does.
    static func json(_ event: Event, showsActor: Bool) -> [UInt8] {
        var text = EventText()
        text.write("seq", event.moment.sequence.value)
        // Of a gap it may not be known.
        if event.moment.now > 0 { text.write("at_ms", event.moment.now) }
        switch event.matter {
        case .call(let call): text.write(call, event.tenant)
        case .denied(let denied): text.write(denied, event.tenant)
        case .act(let entry): text.write(entry, event.tenant, showsActor: showsActor)
        case .gap(let denials, let entries):
            text.write("kind", "gap")
            text.write("tenant", event.tenant)
            if denials > 0 { text.write("denials", Int64(denials)) }
            if entries > 0 { text.write("entries", entries) }
        }
        text.bytes.append(UInt8(ascii: "}"))
        return text.bytes
    }

    private mutating func write(_ event: Event.Call, _ tenant: String) {
        write("kind", event.kind.rawValue)
        write("tenant", tenant)
        write("id", event.id.text)
        write(event.call)
        if event.call.isUnpriced { write("unpriced", 1) }
        guard !event.warnings.isEmpty else { return }
        name("warnings")
        for (index, warning) in event.warnings.enumerated() {
            bytes += index == 0 ? "[{".utf8 : ",{".utf8
            write("limit", warning.limit)
            write("scope", warning.scope)
            write("threshold", NanoUSD.scaledText(warning.share, digits: 4))
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ event: Event.Denied, _ tenant: String) {
        write("kind", "deny")
        write("tenant", tenant)
        write("reason", event.reason.rawValue)
        write("limit", event.limit)
        write("scope", event.scope)
        write("message", event.message)
        write(event.call)
    }

    private mutating func write(_ entry: AuditEntry, _ tenant: String, showsActor: Bool) {
        write("kind", entry.action)
        write("tenant", tenant)
        write("scope", SteeringAnswer.readable(entry.scope))
        write("limit", entry.limit)
        write("before", ActAnswer.text(entry.before, entry.measure))
        write("after", ActAnswer.text(entry.after, entry.measure))
        guard showsActor else { return }
        write("actor", entry.actor)
        write("reason", entry.reason)
    }

    private mutating func write(_ call: PricedCall) {
        let (subject, usage, amounts) = (call.subject, call.usage, call.amounts)
        write("user", subject.user)
        write("session", subject.session)
        write("run", subject.run)
        write("task", subject.task)
        write("agent", subject.agent)
        write("tool", subject.tool)
        write("fingerprint", subject.fingerprint)
        for label in subject.labels {
            name("label." + label.name)
            value(label.value)
        }
        write("provider", usage.provider)
        write("model", usage.model)
        write("operation", usage.operation)
        write("cost_usd", NanoUSD.text(amounts.cost))
        write("tokens", amounts.tokens)
        write("input_tokens", amounts.inputTokens)
        write("output_tokens", amounts.outputTokens)
        if amounts.milliseconds > 0 {
            write("seconds", NanoUSD.scaledText(amounts.milliseconds, digits: 3))
        }
        if let attempt = usage.attempt { write("attempt", attempt) }
        write("outcome", usage.outcome?.rawValue)
    }

    // MARK: Names and values

    private mutating func write(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        value(text)
    }

    private mutating func write(_ name: StaticString, _ number: Int64) {
        self.name(name)
        bytes += String(number).utf8
    }

    private mutating func name(_ name: StaticString) {
        open()
        name.withUTF8Buffer { bytes += $0 }
        bytes += "\":".utf8
    }

    private mutating func name(_ name: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        value(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func open() {
        bytes += bytes.last == UInt8(ascii: "{") ? "\"".utf8 : ",\"".utf8
    }

    private mutating func value(_ text: String) { JSONString.append(text, to: &bytes) }
}
