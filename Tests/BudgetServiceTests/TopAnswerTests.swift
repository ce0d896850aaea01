// What TOP asks the store for, and answers.

import BudgetModel
import BudgetService
import Testing

@Suite struct TopAnswerTests {
    @Test func rowsInTheUnitOfTheMeasure() throws {
        let desk = try Desk()
        desk.store.top.rows = [
            .init(name: "a b", value: 1_500_000_000), .init(name: "c", value: 7),
        ]
        #expect(
            try desk.ask("TOP user cost day").lines == """
                rows: [{name: a b, value: 1.5}, {name: c, value: 0.000000007}]
                from_ms: 1
                until_ms: 9
                complete: 1
                seq: 7
                now_ms: 5
                """)
        desk.store.top.isComplete = false
        let seconds = try desk.ask("TOP user seconds week").lines
        #expect(seconds.contains("{name: c, value: 0.007}"))
        #expect(seconds.contains("complete: 0"))
        #expect(try desk.ask("TOP user calls hour").lines.contains("{name: c, value: 7}"))
    }

    @Test func itAsksForWhatWasAsked() throws {
        let desk = try Desk("fields: { workflow_id: run, cost_center: tenant, team: label.team }")
        let requests: [(String, TopField)] = [
            ("user", .user), ("session", .session), ("run", .run), ("agent", .agent),
            ("tool", .tool), ("model", .model), ("provider", .provider),
            ("label.a:b", .label("a:b")), ("workflow_id", .run), ("team", .label("team")),
        ]
        for (name, _) in requests {
            _ = try desk.ask("TOP \(name) retries month tenant acme count 3").get()
        }
        #expect(desk.store.topQueries.map(\.field) == requests.map(\.1))
        let one = TopQuery(
            tenant: "acme", field: .user, measure: .retries, window: .month, count: 3)
        #expect(desk.store.topQueries[0] == one)
        _ = try desk.ask("TOP user retries month cost_center acme").get()
        #expect(desk.store.topQueries.last?.count == 10)
        #expect(desk.store.topQueries.last?.tenant == "acme")
        let refused = try desk.ask("TOP cost_center cost month")
        #expect(refused.lines.hasPrefix("BADARG field is"))
    }

    /// Both spellings of a label's name are one.
    @Test func aLabelsNameIsBroughtIntoOneForm() throws {
        let desk = try Desk()
        _ = try desk.ask(["TOP", "label.e\u{301}", "cost", "day"]).get()
        guard case .label(let name) = desk.store.topQueries[0].field else { return }
        #expect(Array(name.utf8) == Array("\u{e9}".utf8))
    }
}
