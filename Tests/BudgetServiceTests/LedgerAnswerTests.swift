// What HISTORY and ENTRIES ask the store for, and answer.

import BudgetModel
import BudgetService
import Testing

@Suite struct LedgerAnswerTests {
    @Test func aHistoryInTheUnitOfTheMeasure() throws {
        let desk = try Desk()
        desk.store.history.rows = [.init(name: "a b", values: [1_500_000_000, -7])]
        #expect(
            try desk.ask("HISTORY user cost hour").lines == """
                windows: [{from_ms: 1, until_ms: 5}, {from_ms: 5, until_ms: 9}]
                rows: [{name: a b, values: [1.5, -0.000000007]}]
                complete: 1
                seq: 7
                now_ms: 5
                """)
        desk.store.history.isComplete = false
        #expect(try desk.ask("HISTORY user calls day").lines.contains("values: [1500000000, -7]"))
        #expect(try desk.ask("HISTORY user calls day").lines.contains("complete: 0"))
    }

    @Test func aHistoryIsAskedFor() throws {
        let desk = try Desk("fields: { cost_center: tenant }")
        _ = try desk.ask("HISTORY tenant cost day").get()
        _ = try desk.ask("HISTORY cost_center cost day tenant acme count 1000").get()
        _ = try desk.ask("HISTORY session tokens hour of s count 2").get()
        #expect(
            desk.store.historyQueries == [
                HistoryQuery(
                    tenant: "default", field: .tenant, measure: .cost, window: .day, count: 5),
                HistoryQuery(
                    tenant: "acme", field: .tenant, measure: .cost, window: .day, count: 20),
                HistoryQuery(
                    tenant: "default", field: .session, measure: .tokens, window: .hour,
                    name: "s", count: 2),
            ])
    }

    private func event(_ number: Int64, _ matter: Event.Matter) -> Event {
        Event(
            tenant: "default", moment: Moment(sequence: Sequence(epoch: 0, number: number), now: 3),
            matter: matter)
    }

    @Test func entriesAreAskedForAndAnswered() throws {
        let desk = try Desk()
        var subject = Subject()
        subject.user = "u"
        var usage = Usage()
        usage.inputTokens = 5
        let call = PricedCall(
            subject: subject, usage: usage, amounts: Amounts(usage, cost: 2_000_000_000),
            priceVersion: "v", bodyDigest: "")
        let id = ReservationID(tenant: "default", digest: String(repeating: "A", count: 22))
        desk.store.entries = [
            event(
                9,
                .act(
                    AuditEntry(
                        moment: Moment(sequence: Sequence(epoch: 0, number: 9), now: 3),
                        actor: "root", action: "reset", scope: "user=u", limit: "cap",
                        measure: .cost, before: .spent(2_000_000_000), after: .spent(0),
                        reason: "because"))),
            event(8, .call(.init(kind: .void, id: id, call: call))),
            event(7, .call(.init(kind: .reserve, id: id, call: call))),
        ]
        let answer = try desk.ask("ENTRIES user u label.a b count 7 cursor 12").lines
        #expect(
            answer.hasPrefix(
                """
                entries: [{seq: 9, at_ms: 3, kind: reset, spends: 0, id: null, user: null, \
                session: null, run: null, task: null, agent: null, tool: null, model: null, \
                cost_usd: null, tokens: null, input_tokens: null, output_tokens: null, seconds: \
                null, attempt: null, outcome: null, price: null, unpriced: 0, scope: user=u, \
                limit: cap, before: $2.00 spent, after: $0.00 spent}, {seq: 8, at_ms: 3, \
                kind: void, spends: 1, id: \(id.text), user: u, session: null, run: null, \
                task: null, agent: \
                null, tool: null, model: null, cost_usd: -2, tokens: -5, input_tokens: -5,
                """))
        #expect(answer.contains("kind: reserve, spends: 0,"))
        #expect(answer.contains("cost_usd: 2, tokens: 5, "))
        #expect(answer.contains("reached_ms: 3\ntrimmed: 0\nnext: 7\nseq: 7"))
        #expect(!answer.contains("root") && !answer.contains("because"))
        let query = try #require(desk.store.entryQueries.first)
        #expect(query.count == 7 && query.before == Sequence(epoch: 0, number: 12))
        #expect(query.filter.fields.map(\.field) == [.user, .label("a")])
    }
}
