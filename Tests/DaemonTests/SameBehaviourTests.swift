// The same table of behaviour cases through the socket and through HTTP: a row a request, the last
// column what comes of it. `$n` is the id that row n was answered with, from 1.

import BudgetService
import Foundation
import Testing

extension WholeDaemon {
    @Suite struct SameBehaviourTests {
        private static let policy = """
            version: 1
            require: [run]
            fields: { workflow_id: run }
            unknown_model: deny
            limits:
              - { name: calls, per: [user], window: lifetime, measure: calls, cap: 2 }
              - { name: cost, per: [session], window: day, measure: cost, cap: 0.02 }
              - { name: rate, per: [agent], window: bucket, measure: calls, rate: 1/d, burst: 1 }
            reservations: { ttl: 60s, grace: 0s, max_ttl: 1h, on_expire: release }
            prices: [prices.yaml]
            """

        private static let call = "run r model gpt-4o input_tokens 0 output_tokens 1000"

        private static let rows: [(line: String, word: String)] = [
            ("RESERVE idempotency_key a user u \(call)", "allow"),
            ("RESERVE idempotency_key a user u \(call)", "allow"),
            ("RESERVE idempotency_key a user v \(call)", "CONFLICT"),
            ("STATUS $1", "held"),
            ("STATUS idempotency_key a", "held"),
            ("EXTEND $1 ttl_ms 1000", "held"),
            ("EXTEND $1 ttl_ms 3600001", "BADARG"),
            ("COMMIT $1 output_tokens 500", "committed"),
            ("COMMIT $1 output_tokens 500", "committed"),
            ("COMMIT $1 output_tokens 501", "FINALIZED"),
            ("RELEASE $1", "FINALIZED"),
            ("RESERVE idempotency_key b user u \(call)", "allow"),
            ("RESERVE idempotency_key c user u \(call)", "deny limit_exceeded"),
            ("CHECK user u \(call)", "deny limit_exceeded"),
            ("RELEASE $12", "released"),
            ("CHARGE idempotency_key d user u \(call)", "allow"),
            ("RECORD idempotency_key e user u \(call)", "committed"),
            ("CHARGE idempotency_key f agent x \(call)", "allow"),
            ("CHARGE idempotency_key g agent x \(call)", "deny rate_limited"),
            ("CHARGE idempotency_key h user w model gpt-4o", "deny missing_subject"),
            ("CHARGE idempotency_key h user w run r model nobody", "deny unknown_model"),
            ("CHARGE idempotency_key i user w run r model gpt-4o colour red", "BADARG"),
            ("CHARGE idempotency_key i run r workflow_id r model gpt-4o", "BADARG"),
            ("CHARGE idempotency_key i workflow_id r model gpt-4o label.a b", "allow"),
            ("CHARGE idempotency_key j run r model gpt-4o input_tokens -1", "BADARG"),
            ("CHARGE idempotency_key j run r model gpt-4o cost_usd 0.0001", "allow"),
            ("CHARGE user w", "BADARG"),
            ("RUN r", "ok"),
            ("RUN r by size", "BADARG"),
            ("RUN a/b?c%20d", "ok"),
            ("USAGE user u", "ok"),
            ("TOP user cost day", "ok"),
            ("TOP nothing cost day", "BADARG"),
            ("TOP user cost fortnight count 2", "BADARG"),
            ("HISTORY user cost day", "ok"),
            ("HISTORY tenant tokens hour of default count 3", "ok"),
            ("HISTORY session cost day", "BADARG"),
            ("ENTRIES user u count 2", "ok"),
            ("ENTRIES cursor x", "BADARG"),
            ("NEAR count 3", "ok"),
            ("NEAR left 1 cursor 2", "ok"),
            ("NEAR count 0", "BADARG"),
            ("NEAR left 2", "BADARG"),
            ("STATUS default.AAAAAAAAAAAAAAAAAAAAAA", "UNKNOWN_RESERVATION"),
            ("COMMIT nonsense", "BADARG"),
            ("LIMIT SET limit calls user u cap 9 reason why idempotency_key s1", "ok"),
            ("LIMIT SET limit calls user u cap 9 reason why idempotency_key s1", "ok"),
            ("LIMIT SET limit calls user u cap 8 reason why idempotency_key s1", "CONFLICT"),
            ("LIMIT SET limit other user u cap 9 reason why idempotency_key s2", "BADARG"),
            (
                "LIMIT GRANT limit calls user u amount 5 until_ms 1 reason x idempotency_key s3",
                "BADARG"
            ),
            (
                "LIMIT GRANT limit calls user u amount 5 until_ms 4000000000000 reason x "
                    + "idempotency_key s3", "ok"
            ),
            ("LIMIT RESET limit calls user u reason x idempotency_key s4", "ok"),
            ("LIMIT UNSET limit calls user u reason x idempotency_key s5", "ok"),
            ("LIMIT LIST", "ok"),
            ("SUBJECT SUSPEND user u reason x idempotency_key s6", "ok"),
            ("SUBJECT SUSPEND user u", "BADARG"),
            ("CHARGE idempotency_key k user u \(call)", "deny suspended"),
            ("SUBJECT SHOW user u", "ok"),
            ("SUBJECT RESUME user u reason x idempotency_key s7", "ok"),
            ("CHARGE idempotency_key k user u \(call)", "allow"),
            ("AUDIT count 2", "ok"),
            ("AUDIT count 0", "BADARG"),
            ("AUDIT cursor 0", "ok"),
            ("POLICY SHOW", "ok"),
            ("POLICY CHECK", "ok"),
            ("POLICY RELOAD", "ok"),
            ("JOURNAL count 5", "ok"),
            ("COUNTERS", "ok"),
            ("CORRECT key x changes y as_of 1 reason z idempotency_key s8", "BADARG"),
        ]

        /// Fields that differ from one daemon to the next.
        private static let momentary: Set = [
            "now_ms", "expires_at_ms", "retry_after_ms", "resets_at_ms", "read_at_ms", "reached_ms",
            "message",
            "file", "type", "title", "status", "detail", "code", "next",
        ]

        @Test func everyCommandHasACase() {
            for command in Command.allCases {
                #expect(
                    Self.rows.contains { $0.line.hasPrefix(command.rawValue) },
                    "\(command.rawValue)")
            }
        }

        @Test func everyCaseIsTheSameThroughBothDoors() throws {
            var answers: [Door: [Door.Outcome]] = [:]
            for door in Door.allCases {
                let daemon = try HTTPDaemon(policy: Self.policy)
                for (line, word) in Self.rows {
                    var asked = line
                    for (index, before) in (answers[door] ?? []).enumerated().reversed() {
                        asked = asked.replacing("$\(index + 1)", with: before.fields["id"] ?? "")
                    }
                    let outcome = try door.ask(daemon, asked)
                    #expect(outcome.word == word, "\(door): \(line)")
                    answers[door, default: []].append(outcome)
                }
            }
            for (index, row) in Self.rows.enumerated() {
                let both = Door.allCases.map { door in
                    var outcome = answers[door]?[index] ?? .init()
                    if outcome.code != nil { outcome.fields = [:] }
                    outcome.fields = outcome.fields.filter { !Self.momentary.contains($0.key) }
                    return outcome
                }
                #expect(both[0] == both[1], "\(row.line)")
            }
        }
    }
}
