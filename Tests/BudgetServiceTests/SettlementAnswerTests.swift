// What COMMIT, RELEASE, EXTEND, RECORD and STATUS ask of the store and answer: what was used is
// completed by what was reserved, priced as of then, and told with its flags.

import BudgetModel
import BudgetService
import Testing

private let policy = """
    limits:
      - { name: run-cost, per: [run], window: lifetime, measure: cost, cap: 0.50 }
      - name: premium
        per: [user]
        window: day
        measure: calls
        cap: 5
        match: { model: ["o*"] }
    """
private let prices =
    Desk.gpt + """

          - model: gpt-4o
            provider: openai
            from: 2026-11-23
            per_million: { input: 25, output: 100 }
          - { model: o9, from: 2026-01-01, per_million: { input: 20, output: 80 } }
        """
private let id = "default.p5N7ZLjKpY8Dchu2us9ceA"

@Suite struct SettlementAnswerTests {
    /// A desk of the next day, and what was reserved on the day before.
    private func reserved(
        _ state: ReservationState = .held, _ more: String = ""
    ) throws -> (Desk, Reservation) {
        let desk = try Desk(policy, prices: prices)
        let admission = try desk.admission(
            "RESERVE idempotency_key first user u run r model gpt-4o input_tokens 1000 "
                + "output_tokens 100 " + more)
        let made = Moment(sequence: Sequence(epoch: 0, number: 3), now: desk.store.now)
        desk.store.now = try Desk.moment("2026-11-23T10:00:00")
        return (
            desk,
            Reservation(
                id: admission.id, kind: .reserve, state: state, deadline: made.now + 60_000,
                made: made, tightest: nil, call: admission.call, timeToLive: 60_000,
                accounts: admission.limits.map(\.account))
        )
    }

    private func commit(_ fields: String, _ more: String = "") throws -> Settlement {
        let (desk, reservation) = try reserved(.held, more)
        desk.store.results = [.found(reservation)]
        let answer = try desk.ask("COMMIT \(id) \(fields)")
        return try #require(desk.store.settlements.first, "\(answer)")
    }

    /// Input, output and the cost in 1e-9 dollars, at the prices of the reservation's day.
    @Test(arguments: [
        // 1000 at 2500 and 100 at 10000: nothing stated, so all as estimated.
        ("", "1000 100 3500000"),
        ("outcome error", "1000 100 3500000"),
        // The input stated, the output is 0; not the other way round.
        ("input_tokens 10", "10 0 25000"),
        ("output_tokens 10", "1000 10 2600000"),
        ("input_tokens 2000 output_tokens 200", "2000 200 7000000"),
        ("cost_usd 0.01", "1000 100 10000000"),
    ])
    func whatIsNotSaidIsTakenFromTheReservation(
        _ fields: String, _ expected: String
    ) throws {
        let settlement = try commit(fields)
        let amounts = settlement.call.amounts
        #expect("\(amounts.inputTokens) \(amounts.outputTokens) \(amounts.cost)" == expected)
        #expect(
            settlement.call.priceVersion
                == (fields.contains("usd") ? "given" : "openai/gpt-4o@2026-05-01"))
        #expect(settlement.overrun == [])
    }

    @Test func whatHasNoPriceIsBookedAsEstimated() throws {
        let call = try commit("model nobody-knows input_tokens 5").call
        #expect(call.isUnpriced)
        #expect(call.amounts.cost == 3_500_000)
        #expect(call.amounts.inputTokens == 5)
    }

    @Test func anotherModelsLimitsAreChargedAsOverrun() throws {
        let settlement = try commit("model o9 input_tokens 1000")
        #expect(settlement.call.amounts.cost == 20_000_000)
        #expect(settlement.overrun.map(\.limit.name) == ["premium"])
        // In the windows of the reservation, not of the day of the commit.
        #expect(settlement.overrun.map(\.window.id) == ["d2026-11-22"])
    }

    @Test func aCommitsAnswer() throws {
        let (desk, reservation) = try reserved()
        desk.store.results = [
            .found(reservation), .done(tightest: nil, late: false, deadline: nil),
        ]
        #expect(
            try desk.ask("COMMIT \(id) input_tokens 2000 output_tokens 200").lines == """
                id: \(id)
                state: committed
                cost_usd: 0.007
                tokens: 2200
                late: 0
                over_estimate: 1
                unpriced: 0
                expires_at_ms: null
                warnings: []
                replayed: 0
                seq: 7
                now_ms: 1795428000000
                """)
    }

    @Test func lateAndUnpricedAreFlags() throws {
        let (desk, reservation) = try reserved(.expired)
        desk.store.results = [
            .found(reservation), .done(tightest: nil, late: true, deadline: nil),
        ]
        let answer = try desk.ask("COMMIT \(id) model nobody-knows input_tokens 5")
        #expect(answer["state"] == "late_committed")
        #expect(answer["late"] == "1")
        #expect(answer["unpriced"] == "1")
        #expect(answer["cost_usd"] == "0.0035")
        #expect(answer["over_estimate"] == "0")
    }

    @Test func theSameEndIsARepetitionAndAnotherIsRefused() throws {
        let (desk, reservation) = try reserved()
        desk.store.results = [.found(reservation), .done]
        try desk.ask("COMMIT \(id) input_tokens 10")
        var ended = reservation
        ended.state = .committed
        ended.ending = Ending(
            moment: Moment(sequence: Sequence(epoch: 0, number: 5), now: 1_795_341_600_500),
            call: try #require(desk.store.settlements.first).call)
        desk.store.results = [.found(ended), .found(ended)]
        let again = try desk.ask("COMMIT \(id) input_tokens 010")
        #expect(again["replayed"] == "1")
        #expect(again["seq"] == "5")
        #expect(again["cost_usd"] == "0.000025")
        for other in ["COMMIT \(id) input_tokens 11", "RELEASE \(id)"] {
            desk.store.results = [.found(ended), .found(ended)]
            #expect(try desk.ask(other).lines == "FINALIZED \(id) is committed already")
        }
        desk.store.results = [.found(ended), .found(ended)]
        #expect(
            try desk.ask("EXTEND \(id) ttl_ms 5").lines == "FINALIZED \(id) is committed already")
    }

    @Test func aReleaseGivesEverythingBack() throws {
        let (desk, reservation) = try reserved()
        desk.store.results = [.found(reservation), .done]
        let answer = try desk.ask("RELEASE \(id)")
        #expect(answer["state"] == "released")
        #expect(answer["cost_usd"] == "0")
        #expect(answer["tokens"] == "0")
        let settlement = try #require(desk.store.settlements.first)
        #expect(settlement.kind == .release)
        #expect(settlement.call.amounts == Amounts())
    }

    @Test func anExtensionTellsTheNewDeadline() throws {
        let (desk, reservation) = try reserved()
        desk.store.results = [
            .found(reservation), .done(tightest: nil, late: false, deadline: 1_795_428_005_000),
        ]
        let answer = try desk.ask("EXTEND \(id) ttl_ms 5000")
        #expect(answer["state"] == "held")
        #expect(answer["expires_at_ms"] == "1795428005000")
        guard case .extend(_, timeToLive: 5000)? = desk.store.steps.last else {
            Issue.record("it is no extension by five seconds")
            return
        }
    }

    @Test func whatIsUnknownIsSaidToBe() throws {
        for request in ["COMMIT \(id)", "RELEASE \(id)", "EXTEND \(id) ttl_ms 1", "STATUS \(id)"] {
            let desk = try Desk(policy)
            desk.store.results = [.unknown]
            #expect(
                try desk.ask(request).lines
                    == "UNKNOWN_RESERVATION there is no \(id), or it is older than the policy "
                    + "keeps; spent money can be entered with RECORD")
        }
    }

    @Test func aStatusTellsWhatStandsNow() throws {
        let (desk, reservation) = try reserved()
        desk.store.results = [.found(reservation)]
        let answer = try desk.ask("STATUS idempotency_key first")
        #expect(answer["state"] == "held")
        #expect(answer["expires_at_ms"] == "1795341660000")
        // Nothing is booked before the end.
        #expect(answer["cost_usd"] == "0")
        #expect(answer["now_ms"] == "1795428000000")
    }

    @Test func aRecordIsASettlement() throws {
        let desk = try Desk(policy)
        #expect(
            try desk.ask("RECORD idempotency_key first model gpt-4o input_tokens 1000").lines == """
                id: \(id)
                state: committed
                cost_usd: 0.0025
                tokens: 1000
                late: 0
                over_estimate: 0
                unpriced: 0
                expires_at_ms: null
                warnings: []
                replayed: 0
                seq: 7
                now_ms: 1795341600000
                """)
    }
}
