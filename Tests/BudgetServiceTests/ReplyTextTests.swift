// Holds PROTOCOL.md and the answers together: each command's answer has the fields of the kind of
// reply that the text names for it, no others, each of the form that its row says.

import BudgetModel
import BudgetService
import Foundation
import Testing

private let text: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let path = root.appending(path: "Sources/SocketAPI/PROTOCOL.md")
    return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
}()

/// The lines under a heading of the third depth.
private func section(_ name: String) -> [Substring] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "### \(name)") else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("#") })
}

/// A kind of reply's fields and what is said of each, those of lists as `entries/id`.
private func fields(_ kind: String) -> [String: String] {
    var said: [String: String] = [:]
    for line in section(kind) where line.hasPrefix("| `") {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let list = cells[1].prefixMatch(of: /(on denial: )?in `([a-z]+)`(: )?/)
        for name in cells[0].matches(of: /`([a-z_]+)`/).map({ String($0.1) }) {
            said[(list.map { "\($0.2)/" } ?? "") + name] = String(
                list.map { cells[1][$0.range.upperBound...] } ?? cells[1][...])
        }
    }
    return said
}

/// An answer's fields by name, those of a list's maps as `entries/id`.
private func fields(_ answer: Answer, _ prefix: String = "") -> [String: Answer] {
    guard case .map(let pairs) = answer else { return [:] }
    var found: [String: Answer] = [:]
    for pair in pairs {
        let name = prefix + pair.name.text.description
        found[name] = pair.value
        if case .list(let rows) = pair.value, let row = rows.first {
            found.merge(fields(row, name + "/")) { $1 }
        }
    }
    return found
}

/// Whether a value has the form that the text begins with.
private func has(_ value: Answer, form said: String) -> Bool {
    let form = said.replacing("on denial: ", with: "")
    switch value {
    case .null: return form.contains("null")
    case .integer(let number):
        if form.hasPrefix("flag") { return number == 0 || number == 1 }
        return form.hasPrefix("integer") || form.hasPrefix("amount")
    case .list: return form.hasPrefix("array")
    case .map: return false
    case .text:
        return !form.hasPrefix("integer") && !form.hasPrefix("flag") && !form.hasPrefix("array")
    }
}

private let id = "default.p5N7ZLjKpY8Dchu2us9ceA"

@Suite struct ReplyTextTests {
    private func answer(_ request: String, _ result: StepResult) throws -> [String: Answer] {
        let desk = try Desk(
            "limits: [{ name: l, per: [tenant], window: day, measure: calls, cap: 9 }]")
        let admission = try desk.admission("RESERVE idempotency_key first user u")
        let moment = Moment(sequence: Sequence(epoch: 0, number: 1), now: desk.store.now)
        let held = Reservation(
            id: admission.id, kind: .reserve, state: .held, deadline: 1, made: moment,
            tightest: nil, call: admission.call, timeToLive: 1, accounts: [])
        let looksUp = ["COMMIT", "RELEASE", "EXTEND", "STATUS"].contains { request.hasPrefix($0) }
        desk.store.results = looksUp ? [.found(held), result] : [result]
        desk.store.warnings = [.init(index: 0, share: 8000)]
        desk.store.ledger.tasks = [.init(name: "t", totals: .init())]
        desk.store.ledger.entries = [
            .init(id: admission.id, kind: "record", moment: moment, call: admission.call)
        ]
        return fields(try desk.ask(request).get())
    }

    private static let standing = LimitStanding(cap: 9, spent: 9, held: 0)
    private static let denied = StepResult.denied(
        Denial(reason: .limitExceeded, failures: [.init(index: 0, standing: standing)]))

    @Test(arguments: [
        ("RESERVE idempotency_key k user u", StepResult.done), ("CHARGE idempotency_key k", .done),
        ("CHECK user u", .done), ("RECORD idempotency_key k", .done), ("COMMIT \(id)", .done),
        ("RELEASE \(id)", .done), ("EXTEND \(id) ttl_ms 5", .done), ("STATUS \(id)", .done),
        ("USAGE user u", .usage([standing])), ("RUN r", .done),
        ("RESERVE idempotency_key k user u", denied), ("CHECK user u", denied),
    ])
    func anAnswerIsWhatTheTextSays(_ request: String, _ result: StepResult) throws {
        let verb = request.prefix { $0 != " " }
        let reply = try #require(section(String(verb)).first { $0.hasPrefix("- Reply: ") })
        let kind = try #require(
            reply.firstMatch(of: /A (decision|settlement|standing|ledger page)/))
        var said = fields("A \(kind.1)")
        #expect(!said.isEmpty)
        if result == .done { said = said.filter { !$0.value.hasPrefix("on denial") } }
        // Where a row says no more than where its field stands, another row says the rest.
        for (name, form) in said where form == "on denial" { said[name] = said["cap"] }
        for (name, form) in said where form == "as in a decision" {
            said[name] = fields("A decision")[name]
        }
        if said["tasks"] == "array of maps: `task` and the four sums" {
            said["tasks/task"] = "text"
            for sum in ["cost_usd", "tokens", "calls", "retries"] {
                said["tasks/" + sum] = said[sum]
            }
        }
        said.merge(fields("In every reply of a command")) { $1 }
        let found = try answer(request, result)
        if request.hasPrefix("RESERVE"), result == .done {
            #expect(found["warnings/threshold"] != nil)
        }
        if found.keys.contains(where: { $0.hasPrefix("warnings/") }) {
            for (name, form) in fields("A warning") { said["warnings/" + name] = form }
        }
        #expect(Set(found.keys) == Set(said.keys))
        for (name, value) in found {
            let form = try #require(said[name])
            #expect(has(value, form: form), "\(name) is \(value), the text says: \(form)")
        }
    }

    @Test func theWordsOfAdvice() {
        #expect(fields("A decision")["advice"] == "`ok`, `conserve`, `degrade` or `stop`")
    }
}
