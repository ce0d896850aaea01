// What RESERVE, CHARGE and CHECK answer, whole: what the store decided, put into words and
// numbers that people and programs act on.

import BudgetModel
import BudgetService
import Testing

private let policy = """
    limits:
      - { name: user-day, per: [user], window: day, measure: tokens, cap: 1000 }
      - { name: run-cost, per: [run], window: lifetime, measure: cost, cap: 0.50 }
      - { name: flight, per: [run], window: lifetime, measure: in_flight, cap: 8 }
      - { name: month-time, per: [user], window: month, measure: seconds, cap: 60 }
      - { name: hour-output, per: [user], window: hour, measure: output_tokens, cap: 100 }
    require: [user]
    """
private let call = "idempotency_key first user alice run r1 model gpt-4o input_tokens 400"
/// 2026-11-22T10:00:00Z.
private let now = "1795341600000"

/// A denial for limits that stand at spent and held.
private func denial(_ failures: (index: Int, cap: Int64, spent: Int64, held: Int64)...)
    -> StepResult
{
    .denied(
        Denial(
            reason: .limitExceeded,
            failures: failures.map {
                .init(
                    index: $0.index,
                    standing: LimitStanding(cap: $0.cap, spent: $0.spent, held: $0.held))
            }))
}

@Suite struct DecisionAnswerTests {
    private func answer(
        _ result: StepResult, _ request: String = "RESERVE " + call
    ) throws -> Result<Answer, BudgetError> {
        let desk = try Desk(policy)
        desk.store.results = [result]
        return try desk.ask(request)
    }

    @Test func anAllowedReservation() throws {
        let result = StepResult.done(
            tightest: Tightest(index: 1, remaining: 100_000_000, cap: 500_000_000), late: false,
            deadline: nil)
        #expect(
            try answer(result).lines == """
                decision: allow
                id: default.p5N7ZLjKpY8Dchu2us9ceA
                state: held
                expires_at_ms: 1795341660000
                advice: conserve
                tightest: run-cost
                tightest_remaining: 0.1
                warnings: []
                replayed: 0
                seq: 7
                now_ms: \(now)
                """)
    }

    @Test func aChargeIsCommittedAndACheckIsNothing() throws {
        #expect(
            try answer(.done, "CHARGE " + call).lines.hasPrefix(
                """
                decision: allow
                id: default.p5N7ZLjKpY8Dchu2us9ceA
                state: committed
                expires_at_ms: null
                advice: ok
                tightest: null
                tightest_remaining: null
                """))
        #expect(
            try answer(.done, "CHECK user alice").lines.hasPrefix(
                "decision: allow\nid: null\nstate: null\nexpires_at_ms: null\n"))
    }

    @Test func thresholdsThatWerePassed() throws {
        let desk = try Desk(policy)
        desk.store.warnings = [.init(index: 1, share: 8000), .init(index: 0, share: 9550)]
        #expect(
            try desk.ask("RESERVE " + call)["warnings"]
                == "[{limit: run-cost, scope: run=r1, threshold: 0.8}, "
                + "{limit: user-day, scope: user=alice, threshold: 0.955}]")
    }

    @Test func aLimitThatIsPassed() throws {
        // 600 spent and 100 held of 1000, and 400 more are asked for.
        #expect(
            try answer(denial((0, 1000, 600, 100))).lines == """
                decision: deny
                id: default.p5N7ZLjKpY8Dchu2us9ceA
                state: null
                expires_at_ms: null
                reason: limit_exceeded
                limit: user-day
                scope: user=alice
                window: day
                cap: 1000
                spent: 600
                held: 100
                requested: 400
                remaining: 300
                resets_at_ms: 1795392000000
                retryable: 1
                retry_after_ms: 50400000
                message: user=alice has used 700 tokens of 1,000 tokens under user-day (day), and \
                this call needs 400 tokens. It resets at 2026-11-23T00:00:00Z.
                failed: [user-day]
                advice: stop
                tightest: user-day
                tightest_remaining: 300
                warnings: []
                replayed: 0
                seq: 7
                now_ms: \(now)
                """)
    }

    /// Nobody is told to wait for what time does not open.
    @Test func waitingIsSpokenOfWhereItHelps() throws {
        let tooLarge = try answer(denial((0, 300, 0, 0)))
        #expect(tooLarge["retryable"] == "0")
        #expect(
            tooLarge["message"]?.hasSuffix(
                "this call needs 400 tokens. It needs more than the cap alone: waiting does not "
                    + "help.") == true)
        let forEver = try answer(denial((0, 1000, 700, 0), (1, 500_000_000, 499_500_000, 0)))
        #expect(forEver["retryable"] == "0")
        #expect(forEver["message"]?.hasSuffix("this call needs 400 tokens.") == true)
    }

    @Test func moneyAndSecondsAreDecimals() throws {
        // 400 tokens at 2.50 a million are 0.001; 0.4995 of 0.5 are used up.
        let money = try answer(denial((1, 500_000_000, 499_500_000, 0)))
        #expect(money["cap"] == "0.5")
        #expect(money["spent"] == "0.4995")
        #expect(money["requested"] == "0.001")
        #expect(money["remaining"] == "0.0005")
        #expect(
            money["message"]
                == "run=r1 has used $0.4995 of $0.50 under run-cost (lifetime), and this call "
                + "needs $0.001.")
        let time = try answer(denial((3, 60_000, 59_500, 250)), "RESERVE \(call) seconds 12.5")
        #expect(time["requested"] == "12.5")
        #expect(time["remaining"] == "0.25")
        #expect(time["message"]?.contains("has used 59.75 seconds of 60 seconds") == true)
    }

    /// Whether waiting helps, and how long: every limit that fails has to open by itself, and the
    /// call has to fit under it at all.
    @Test func whenToComeBack() throws {
        func retry(_ result: StepResult, _ more: String = "") throws -> String {
            let answer = try answer(result, "RESERVE \(call) \(more)")
            return [answer["retryable"], answer["retry_after_ms"], answer["failed"]]
                .compactMap(\.self).joined(separator: " ")
        }
        // Fourteen hours to the day's end, 8 days and 14 hours to the month's.
        let day = (index: 0, cap: Int64(1000), spent: Int64(700), held: Int64(0))
        let month = (index: 3, cap: Int64(60_000), spent: Int64(60_000), held: Int64(0))
        let hour = (index: 4, cap: Int64(100), spent: Int64(100), held: Int64(0))
        let life = (index: 1, cap: Int64(500_000_000), spent: Int64(500_000_000), held: Int64(0))
        let flight = (index: 2, cap: Int64(8), spent: Int64(0), held: Int64(8))
        #expect(try retry(denial(day)) == "1 50400000 [user-day]")
        #expect(try retry(denial(flight)) == "1 1000 [flight]")
        #expect(try retry(denial(flight, month)) == "1 741600000 [flight, month-time]")
        #expect(try retry(denial(day, month)) == "1 741600000 [user-day, month-time]")
        #expect(try retry(denial(month, hour)) == "1 741600000 [month-time, hour-output]")
        #expect(try retry(denial(life)) == "0 null [run-cost]")
        #expect(try retry(denial(day, life)) == "0 null [user-day, run-cost]")
        // 1001 tokens never fit under 1000.
        #expect(try retry(denial(day), "output_tokens 601") == "0 null [user-day]")
        #expect(try retry(denial(day), "output_tokens 600") == "1 50400000 [user-day]")
    }

    @Test func otherReasonsNameWhatIsWrong() throws {
        let suspended = try answer(.denied(Denial(reason: .suspended, suspended: .user)))
        #expect(suspended["reason"] == "suspended")
        #expect(suspended["scope"] == "user=alice")
        #expect(suspended["message"] == "user=alice is suspended by an administrator.")
        #expect(suspended["limit"] == "null")
        #expect(suspended["cap"] == "null")
        #expect(suspended["retryable"] == "0")
        #expect(suspended["failed"] == "[]")
        let missing = try answer(.denied(Denial(reason: .missingSubject)), "CHECK run r1")
        #expect(missing["id"] == "null")
        #expect(missing["message"] == "The policy requires user and the call names none.")
        let unknown = try answer(
            .denied(Denial(reason: .unknownModel)), "CHECK user alice model nobody-knows")
        #expect(
            unknown["message"]
                == "There is no price for nobody-knows, and the policy denies what has no price.")
    }

    @Test func holdsThatAreOverdueAreSweptOnce() throws {
        let desk = try Desk(policy)
        let overdue = StepResult.denied(Denial(reason: .limitExceeded, hasOverdueHolds: true))
        desk.store.results = [overdue, .done]
        #expect(try desk.ask("RESERVE tenant acme " + call)["decision"] == "allow")
        #expect(desk.store.sweptTenants == ["acme"])
        desk.store.results = [overdue, overdue]
        #expect(try desk.ask("RESERVE tenant acme " + call)["decision"] == "deny")
        #expect(desk.store.sweptTenants == ["acme", "acme"])
        #expect(desk.store.admissions.count == 4)
    }

    @Test func aRepeatedRequestIsToldTheFirstAnswerAndTheStateOfNow() throws {
        let desk = try Desk(policy)
        let first = try desk.admission("RESERVE " + call)
        var reservation = Reservation(
            id: first.id, kind: .reserve, state: .expired, deadline: 1_795_341_500_000,
            made: Moment(sequence: Sequence(epoch: 0, number: 3), now: 1_795_341_400_000),
            tightest: Tightest(index: 0, remaining: 600, cap: 1000), call: first.call,
            timeToLive: 60_000, accounts: first.limits.map(\.account))
        desk.store.results = [.found(reservation)]
        #expect(
            try desk.ask("RESERVE " + call).lines == """
                decision: allow
                id: default.p5N7ZLjKpY8Dchu2us9ceA
                state: expired
                expires_at_ms: 1795341460000
                advice: ok
                tightest: user-day
                tightest_remaining: 600
                warnings: []
                replayed: 1
                seq: 3
                now_ms: 1795341400000
                """)
        let conflict =
            "CONFLICT the idempotency_key was used for another request "
            + "(default.p5N7ZLjKpY8Dchu2us9ceA); expected the same fields and values, or a new key"
        desk.store.results = [.found(reservation)]
        #expect(try desk.ask("RESERVE \(call) output_tokens 0").lines == conflict)
        reservation.kind = .charge
        desk.store.results = [.found(reservation)]
        #expect(try desk.ask("RESERVE " + call).lines == conflict)
    }
}
