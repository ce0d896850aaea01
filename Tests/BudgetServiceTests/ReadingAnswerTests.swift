// What USAGE and RUN answer.

import BudgetModel
import BudgetService
import Testing

private let policy = """
    limits:
      - { name: tokens, per: [user], window: day, measure: tokens, cap: 1000 }
      - { name: money, per: [run], window: lifetime, idle: 1m, measure: cost, cap: 0.5 }
      - { name: tries, per: [run], window: lifetime, measure: calls, cap: 2, mode: shadow }
    """

@Suite struct ReadingAnswerTests {
    private func standings(_ tokens: Int64, _ cost: Int64, _ calls: Int64) -> StepResult {
        .usage([
            LimitStanding(cap: 1000, spent: tokens, held: 10),
            LimitStanding(cap: 600_000_000, spent: cost, held: 0, isOverridden: true),
            LimitStanding(cap: 2, spent: calls, held: 0),
        ])
    }

    @Test func everyLimitWithWhatIsLeft() throws {
        let desk = try Desk(policy)
        desk.store.results = [standings(90, 450_000_000, 3)]
        #expect(
            try desk.ask("USAGE user u run r").lines == """
                limits: [{limit: tokens, scope: user=u, window: day, measure: tokens, mode: \
                enforce, cap: 1000, spent: 90, held: 10, remaining: 900, resets_at_ms: \
                1795392000000, idle_ms: null, overridden: 0}, {limit: money, scope: run=r, \
                window: lifetime, measure: cost, mode: enforce, cap: 0.6, spent: 0.45, held: 0, \
                remaining: 0.15, \
                resets_at_ms: null, idle_ms: 60000, overridden: 1}, {limit: tries, scope: run=r, \
                window: lifetime, measure: calls, mode: shadow, cap: 2, spent: 3, held: 0, \
                remaining: 0, resets_at_ms: null, idle_ms: null, overridden: 0}]
                advice: ok
                tightest: money
                tightest_remaining: 0.15
                seq: 7
                now_ms: 1795341600000
                """)
    }

    /// By the share of the cap that is left; a shadow limit stops nobody.
    @Test(arguments: [
        (790, 0, "tokens conserve"), (789, 0, "tokens ok"), (940, 0, "tokens degrade"),
        (990, 0, "tokens stop"), (490, 480_000_000, "money conserve"),
        (0, 570_000_000, "money degrade"), (0, 600_000_000, "money stop"),
    ])
    func theTightestGivesTheAdvice(_ tokens: Int64, _ cost: Int64, _ expected: String) throws {
        let desk = try Desk(policy)
        desk.store.results = [standings(tokens, cost, 9)]
        let answer = try desk.ask("USAGE user u run r")
        #expect("\(answer["tightest"] ?? "") \(answer["advice"] ?? "")" == expected)
    }

    @Test func nothingAppliesToAStranger() throws {
        let desk = try Desk(policy)
        desk.store.results = [.usage([])]
        #expect(
            try desk.ask("USAGE").lines
                == "limits: []\nadvice: ok\ntightest: null\ntightest_remaining: null\nseq: 7\n"
                + "now_ms: 1795341600000")
    }

    @Test(arguments: [
        ("RUN r", RunQuery(tenant: "default", run: "r", listing: .both, count: 100, cursor: 0)),
        (
            "RUN r by cost",
            .init(tenant: "default", run: "r", listing: .tasks, count: 100, cursor: 0)
        ),
        (
            "RUN r tenant acme by time count 7 cursor 14",
            .init(tenant: "acme", run: "r", listing: .entries, count: 7, cursor: 14)
        ),
        (
            "RUN r by newest",
            .init(tenant: "default", run: "r", listing: .newest, count: 100, cursor: 0)
        ),
    ])
    func aRunIsAskedFor(_ request: String, _ query: RunQuery) throws {
        let desk = try Desk()
        try desk.ask(request)
        #expect(desk.store.queries == [query])
    }

    @Test func aRunsLedger() throws {
        let desk = try Desk()
        let call = try desk.admission(
            "RECORD idempotency_key first user u run r task t model gpt-4o input_tokens 1000 "
                + "output_tokens 100 attempt 1 seconds 2.5 response_id x outcome timeout"
        ).call
        desk.store.ledger.totals.tokens = 1100
        desk.store.ledger.totals.cost = 3_500_000
        desk.store.ledger.totals.calls = 1
        desk.store.ledger.totals.retries = 1
        desk.store.ledger.tasks = [.init(name: "t", totals: desk.store.ledger.totals)]
        desk.store.ledger.entries = [
            .init(
                id: ReservationID(tenant: "default", digest: "p5N7ZLjKpY8Dchu2us9ceA"),
                kind: "record",
                moment: Moment(sequence: Sequence(epoch: 1, number: 2), now: 1_795_341_600_000),
                call: call)
        ]
        desk.store.ledger.next = 1
        #expect(
            try desk.ask("RUN r").lines == """
                run: r
                tenant: default
                total: Total tokens used: 1100 (~$0.0035) across 1 step
                cost_usd: 0.0035
                tokens: 1100
                calls: 1
                retries: 1
                tasks: [{task: t, cost_usd: 0.0035, tokens: 1100, calls: 1, retries: 1}]
                entries: [{id: default.p5N7ZLjKpY8Dchu2us9ceA, seq: 1099511627778, kind: record, \
                at_ms: 1795341600000, user: u, session: null, task: t, agent: null, tool: null, \
                model: gpt-4o, cost_usd: 0.0035, tokens: 1100, input_tokens: 1000, output_tokens: \
                100, seconds: 2.5, attempt: 1, outcome: timeout, price: openai/gpt-4o@2026-05-01, \
                unpriced: 0, over_estimate: 0, response_id: x}]
                next: 1
                seq: 7
                now_ms: 1795341600000
                """)
        desk.store.ledger.totals.calls = 2
        desk.store.ledger.next = nil
        let more = try desk.ask("RUN r")
        #expect(more["total"] == "Total tokens used: 1100 (~$0.0035) across 2 steps")
        #expect(more["next"] == "null")
    }
}
