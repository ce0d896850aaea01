// A newcomer's first minute: the example policy, redis-cli, and what the README promises.

import Foundation
import Testing
import TestSupport

extension WholeDaemon {
    @Suite struct FirstMinuteTests {
        let daemon: TestDaemon

        init() throws {
            let deploy = Checkout.path + "/deploy/"
            let policy = try String(contentsOfFile: deploy + "policy.example.yaml", encoding: .utf8)
            daemon = try TestDaemon(policy: policy, prices: "", isStarted: false)
            try FileManager.default.copyItem(
                atPath: deploy + "prices.example.yaml",
                toPath: daemon.directory.path + "/prices.example.yaml")
            try daemon.start()
        }

        private let first =
            "RESERVE idempotency_key first user alice run r1 model gpt-4o input_tokens 4000 "
            + "output_tokens 600"
        private let id = "default.p5N7ZLjKpY8Dchu2us9ceA"

        /// What differs from run to run, out of the way.
        private func masked(_ text: String) -> String {
            text.replacing(/\b[0-9]{13}\b/, with: "MS").replacing(/\b[0-9a-f]{16}\b/, with: "HEX")
        }

        @Test func theWelcomeNamesWhatToTry() throws {
            // It answers before it says so.
            #expect(eventually { daemon.output.contains("USAGE") })
            #expect(daemon.output.hasPrefix("budgetd is ready on \(daemon.socketPath)\n"))
            for line in daemon.output.split(separator: "\n")
            where line.contains("redis-cli") {
                let words = line.split(separator: " ").map(String.init)
                let result = try Program(words)
                #expect(result.ending == .exit(0))
                #expect(result.output.contains("policy\n"), "\(line): \(result.output)")
            }
        }

        @Test func aStateDirectoryThatCantBeMadeIsToldWithWhatToDo() throws {
            let policy = Checkout.path + "/deploy/policy.example.yaml"
            let result = try Program([
                TestDaemon.program, "--policy", policy, "--state", "/proc/x",
                "--socket", daemon.directory.path + "/other.sock",
            ])
            #expect(result.ending == .exit(1))
            #expect(
                result.errors == """
                    budgetd: the directory /proc/x can't be made: No such file or directory; make \
                    it yourself and give budgetd the right to write to it, or name another one \
                    with --state

                    """)
        }

        @Test func oneShotAnswersReadAsLines() throws {
            let answer = try Program.redisCLI(daemon, first)
            #expect(
                masked(answer) == """
                    decision\nallow\nid\n\(id)\nstate\nheld\nexpires_at_ms\nMS\nadvice\nok
                    tightest\nrun-in-flight\ntightest_remaining\n7\nwarnings\n\nreplayed\n0
                    seq\n1\nnow_ms\nMS\npolicy\nHEX

                    """)
            #expect(try Program.redisCLI(daemon, "PING") == "PONG\n")
            let wrong = try Program.redisCLI(daemon, "RESERVE usr alice")
            #expect(wrong.hasPrefix("BADARG "))
        }

        @Test func reserveCommitUsageRun() throws {
            let held = masked(try Program.redisCLI(daemon, first, ["-3"]))
            #expect(held.contains("decision allow\nid \(id)\nstate held\n"), "\(held)")
            let commit = "COMMIT \(id) input_tokens 4000 output_tokens 500"
            #expect(
                masked(try Program.redisCLI(daemon, commit, ["-3"])) == """
                    id \(id)\nstate committed\ncost_usd 0.015\ntokens 4500\nlate 0
                    over_estimate 0\nunpriced 0\nexpires_at_ms \nwarnings \nreplayed 0\nseq 2
                    now_ms MS\npolicy HEX

                    """)
            let usage = masked(try Program.redisCLI(daemon, "USAGE user alice run r1", ["-3"]))
            #expect(
                usage.hasPrefix(
                    """
                    limits limit user-daily-tokens\nscope user=alice\nwindow day\nmeasure tokens
                    mode enforce\ncap 100000\nspent 4500\nheld 0\nremaining 95500
                    resets_at_ms MS\nidle_ms \noverridden 0\nlimit run-loop-guard\nscope run=r1
                    window lifetime\nmeasure calls\nmode enforce\ncap 50\nspent 1\nheld 0
                    remaining 49\nresets_at_ms \nidle_ms \noverridden 0\n
                    """), "\(usage)")
            let run = masked(try Program.redisCLI(daemon, "RUN r1", ["-3"]))
            #expect(
                run.hasPrefix(
                    """
                    run r1\ntenant default
                    total Total tokens used: 4500 (~$0.015) across 1 step
                    cost_usd 0.015\ntokens 4500\ncalls 1\nretries 0\n
                    """), "\(run)")
            #expect(run.contains("entries id \(id)\nseq 2\nkind commit\n"), "\(run)")
        }

        @Test func theFirstDenialSaysAllThereIsToSay() throws {
            _ = try daemon.ask(first)
            let denied = try daemon.ask(
                "RESERVE idempotency_key second user alice session s1 run r1 model gpt-4o "
                    + "input_tokens 400000 output_tokens 600")
            let now = try #require(denied.text("now_ms").flatMap { Int($0) })
            let midnight = (now / 86_400_000 + 1) * 86_400_000
            let expected: [(String, String)] = [
                ("decision", "deny"), ("id", "default.FjZ6rLZ6SgF8jairlWgsyw"), ("state", "null"),
                ("expires_at_ms", "null"), ("reason", "limit_exceeded"),
                ("limit", "user-daily-tokens"), ("scope", "user=alice"), ("window", "day"),
                ("cap", "100000"), ("spent", "0"), ("held", "4600"), ("requested", "400600"),
                ("remaining", "95400"), ("resets_at_ms", "\(midnight)"), ("retryable", "0"),
                ("retry_after_ms", "null"),
                (
                    "message",
                    "user=alice has used 4,600 tokens of 100,000 tokens under user-daily-tokens "
                        + "(day), and this call needs 400,600 tokens. It needs more than the cap "
                        + "alone: waiting does not help."
                ),
                ("failed", "user-daily-tokens session-cost"), ("advice", "stop"),
                ("tightest", "user-daily-tokens"), ("tightest_remaining", "95400"),
                ("warnings", ""), ("replayed", "0"), ("seq", "1"), ("now_ms", "\(now)"),
            ]
            #expect(denied.fieldNames == expected.map(\.0) + ["policy"])
            for (name, value) in expected {
                let list = denied[name]?.array?.compactMap(\.string).joined(separator: " ")
                #expect((list ?? denied.text(name)) == value, "\(name)")
            }
        }

        @Test func theLoopGuardStopsTheFiftyFirstCall() throws {
            let client = try daemon.connect()
            for call in 1...51 {
                let answer = try client.ask(
                    "CHARGE idempotency_key loop\(call) run r2 model gpt-4o-mini input_tokens 10 "
                        + "output_tokens 1")
                #expect(answer.isAllowed == (call <= 50), "call \(call)")
                if call == 51 {
                    #expect(answer["failed"] == .array([.bulk("run-loop-guard")]))
                    #expect(answer.text("limit") == "run-loop-guard")
                    #expect(answer.text("retryable") == "0")
                }
            }
        }
    }
}
