// budgetctl's commands against a daemon: what they say, as a table and as JSON, and how they exit.

import Foundation
import TestSupport
import Testing

/// What all suites of this target belong to: each has processes of its own, one after the other.
@Suite(.serialized) enum Control {}

extension Control {
    @Suite struct CommandTests {
        let bench: Bench

        init() throws {
            bench = try Bench()
        }

        private func spend(_ count: Int, run: String = "r1") throws {
            for index in 0..<count {
                let answer = try bench.ask(
                    "CHARGE idempotency_key \(run)-\(index) user alice session s1 run \(run) "
                        + "task t\(index % 2) agent a model gpt-4o input_tokens 400 "
                        + "output_tokens 100")
                #expect(answer.errorCode == nil)
            }
        }

        @Test func usageIsATableOrJSON() throws {
            try spend(2)
            let table = try bench.control("usage user=alice session=s1")
            #expect(table.status == 0)
            let lines = table.output.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("LIMIT    SCOPE"))
            let daily = try #require(lines.first { $0.hasPrefix("daily") })
            #expect(daily.contains(/daily +user=alice +day +100,000 +1,000 +0 +99,000 +\d/))
            let session = try #require(lines.first { $0.hasPrefix("session") })
            #expect(session.contains(/\$0\.50 +\$0\.004 +\$0\.00 +\$0\.496 +if idle 1d/))
            // Not a terminal: no colours.
            #expect(!table.output.contains("\u{1b}"))

            let json = try bench.control("usage user=alice session=s1 --json")
            let limits = json.list("limits")
            #expect(limits.compactMap { $0["limit"] as? String } == ["daily", "session", "hourly"])
            #expect(limits[0]["spent"] as? Int == 1000)
            #expect(limits[1]["spent"] as? String == "0.004")
            #expect(json.json["policy"] is String)
        }

        @Test func whatIsSetIsShownInItsMeasure() throws {
            let act = "reason x idempotency_key"
            try bench.ask("LIMIT SET limit session session s1 cap 2 \(act) 1")
            try bench.ask("LIMIT SET limit daily user u cap 5000 \(act) 2")
            try bench.ask(
                "LIMIT GRANT limit session session s1 amount 0.25 until_ms 4000000000000 \(act) 3")
            try bench.redis.command("HSET", "b:{default}:steer", "run=odd", "?")
            let shown = try bench.control("limit list")
            #expect(
                shown.output.contains(#/session=s1 +session +\$2\.00 +for good +\+\$0\.25 until /#))
            #expect(shown.output.contains(#/user=u +daily +5,000 +for good/#), "\(shown.output)")
            #expect(shown.output.contains(#/run=odd +\(what is set can't be read\)/#))
        }

        @Test func aRunsPagesAreFollowed() throws {
            try spend(130)
            let first = try bench.control("run r1")
            #expect(first.status == 0)
            #expect(first.output.hasPrefix("Total tokens used: 65000 (~$0.26) across 130 steps"))
            #expect(first.output.contains("there is more: --all"))
            let all = try bench.control("run r1 --all --json")
            #expect(all.list("entries").count == 130)
            #expect(all.list("tasks").count == 2)
            #expect(all.json["next"] is NSNull)
            let newest = try bench.control("run r1 --by newest --all --json")
            let ids = newest.list("entries").map { $0["id"] as? String ?? "" }
            #expect(ids == all.list("entries").map { $0["id"] as? String ?? "" }.reversed())
            #expect(Set(ids).count == 130)
            #expect(newest.list("tasks").isEmpty)
            let tasks = try bench.control("run r1 --by cost")
            #expect(tasks.output.contains(/t0 +\$0\.13 +32,500 +65 +0/))
            #expect(!tasks.output.contains("KIND"))
        }

        @Test func changesSayWhatTheyChange() throws {
            let set = try bench.control([
                "limit", "set", "session", "session=s1", "--cap", "$2", "--for", "2h", "--reason",
                "a demo", "--verbose",
            ])
            #expect(set.status == 0, "\(set.errors)")
            #expect(
                set.output.contains(
                    /^session of session=s1: the policy's cap → cap \$2\.00 until \d{4}-/))
            let key = try #require(set.errors.firstMatch(of: /idempotency key: (\S+)/)).1
            let end = try #require(set.errors.firstMatch(of: /ends at (\S+)/)).1
            // The same once more, as after a lost answer.
            let again = try bench.control([
                "limit", "set", "session", "session=s1", "--cap", "$2", "--until", String(end),
                "--reason", "a demo", "--idempotency-key", String(key), "--json",
            ])
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.json["replayed"] as? Int == 1)
            // What is told where the answer is lost says the whole of it.
            let proxy = try FaultProxy(to: bench.socketPath)
            defer { proxy.stop() }
            // HELLO, and USAGE for the time, come before.
            proxy.fault = .cutAfter(2)
            let lost = try Bench.control([
                "limit", "set", "session", "session=s2", "--cap", "$2", "--for", "2h", "--reason",
                "a demo", "--socket", proxy.path,
            ])
            #expect(lost.status == 4, "\(lost.errors)")
            let told = try #require(
                lost.errors.firstMatch(of: /--idempotency-key (\S+) and --until (\S+), not/))
            let repeated = try bench.control([
                "limit", "set", "session", "session=s2", "--cap", "$2", "--until",
                String(told.2), "--reason", "a demo", "--idempotency-key", String(told.1), "--json",
            ])
            #expect(repeated.json["replayed"] as? Int == 1, "\(repeated.errors)")
            let other = try bench.control([
                "limit", "set", "session", "session=s1", "--cap", "3", "--reason", "a demo",
                "--idempotency-key", String(key),
            ])
            #expect(other.status == 1)
            #expect(other.errors.contains("CONFLICT"))

            let grant = try bench.control([
                "limit", "grant", "daily", "user=alice", "--amount", "50k", "--for", "20m",
                "--reason", "noon",
            ])
            #expect(grant.output.contains("the policy's cap → +50,000 until"))
            let list = try bench.control("limit list --json")
            #expect(list.list("overrides").count == 3)
            let unset = try bench.control([
                "limit", "unset", "session", "session=s1", "--reason", "over",
            ])
            #expect(unset.output.contains("→ the policy's cap"))
            try spend(1)
            let reset = try bench.control([
                "limit", "reset", "daily", "user=alice", "--reason", "a new day",
            ])
            #expect(reset.output == "daily of user=alice: 500 spent → 0 spent\n")
            let audit = try bench.control("audit --all --json")
            #expect(
                audit.list("entries").compactMap { $0["action"] as? String }
                    == ["reset", "unset", "grant", "set", "set"])
            #expect(
                try bench.control("audit --count 1").output.contains("there may be more: --all"))
        }

        @Test func aSubjectIsSuspendedShownAndResumed() throws {
            let reason = ["--reason", "loops"]
            let suspend = try bench.control(["subject", "suspend", "run=r1"] + reason)
            #expect(suspend.output == "run=r1: active → suspended\n")
            #expect(try bench.control("subject show run=r1").output.contains(/run=r1 +suspended/))
            let denied = try bench.control("check run=r1 model=gpt-4o")
            #expect(denied.status == 1)
            #expect(denied.output.hasPrefix("deny, suspended\n"))
            let resume = try bench.control(["subject", "resume", "run=r1"] + reason)
            #expect(resume.output == "run=r1: suspended → active\n")
            let allowed = try bench.control("check run=r1 model=gpt-4o cost_usd=$0.5")
            #expect(allowed.status == 0)
            #expect(allowed.output.hasPrefix("allow, advice: ok"))
        }

        @Test func statusTellsOfTheDaemon() throws {
            let status = try bench.control("status --json")
            #expect(status.status == 0)
            #expect(status.json["redis"] as? String == "answers")
            #expect(status.json["connections"] as? Int == 1)
            #expect((status.json["policy"] as? String)?.isEmpty == false)
            #expect(try bench.control("status").output.contains(/uptime s +\d+/))
        }

        /// Arguments, the exit status, and what is said.
        @Test(arguments: [
            ("usage alice", 2, "expected field=value"),
            ("usage usr=alice", 2, "BADARG unknown field \"usr\""),
            ("limit set nothing user=a --cap 1 --reason x", 2, "limits, like daily, session, h"),
            ("limit set daili user=a --cap 1 --reason x", 2, "did you mean \"daily\"?"),
            ("limit set daily user=a --cap 1 --for -1h --reason x", 2, "--for is -1h; expected"),
            ("audit --since yesterday", 2, "--since is yesterday; expected"),
            ("audit --since 1h --until 2h", 2, "--until is 2h, which is not after --since, 1h"),
            ("audit --action delete", 2, "one of set, unset, grant"),
            ("audit nobody", 2, "expected field=value"),
            ("limit set daily user=a --cap 1", 2, "--reason is missing"),
            ("limit set daily user=a --cap 1 --for soon --reason x", 2, "20m, 1h30m"),
            ("limit set daily user=a --cap 1 --until 2026-12-01 --reason x", 2, "with its zone"),
            ("limit grant daily user=a --amount 1 --reason x", 2, "--for or --until"),
            (
                "limit grant daily user=a --amount 1 --for 1h --until x --reason x", 2,
                "say the same"
            ),
            ("limit grant daily user=a --amount 0 --for 1h --reason x", 2, "more than 0"),
            ("limit grant daily user=a --amount -5 --for 1h --reason x", 2, "--amount is -5; exp"),
            ("limit set daily user=a --cap --for 1h --reason x", 2, "no field"),
            ("subject suspend --reason x", 2, "no subject is given"),
            ("usage --nonsense", 2, "Unknown option"),
            ("usage --timeout 0", 2, "1 to 3600"),
        ])
        func badArgumentsAreExplained(_ line: String, _ status: Int32, _ text: String) throws {
            let ran = try bench.control(line)
            #expect(ran.status == status, "\(line): \(ran.errors)")
            #expect(ran.errors.contains(text), "\(line): \(ran.errors)")
            #expect(ran.output.isEmpty)
            #expect(!ran.errors.contains("ends at"))
        }

        @Test func namesThatNothingIsKnownOfAreSaidSo() throws {
            let run = try bench.control("run nosuch")
            #expect(run.status == 0)
            #expect(run.output.contains("nothing is entered for a run of that name in the tenant"))
            let books = try bench.control("verify --tenant nosuch")
            #expect(books.status == 1)
            #expect(books.output.hasPrefix("there is nothing of the tenant nosuch: no entry"))
            #expect(try bench.control("audit user=a").output == "nothing was changed\n")
        }

        @Test func theAuditIsSearched() throws {
            let why = ["--reason", "because"]
            for words in [
                ["suspend", "run=r1"], ["limit", "set", "daily", "user=ann", "--cap", "50k"],
                ["resume", "run=r1"], ["limit", "set", "session", "session=s", "--cap", "$1200"],
            ] { #expect(try bench.control(words + why).status == 0) }
            func lines(_ line: String) throws -> [String] {
                let ran = try bench.control("audit " + line)
                #expect(ran.status == 0, "\(ran.errors)")
                return ran.output.split(separator: "\n").dropFirst().map(String.init)
            }
            #expect(try lines("").count == 4)
            #expect(try lines("run=r1").count == 2)
            #expect(try lines("user=ann")[0].contains("the policy's cap  cap 50,000"))
            #expect(try lines("--limit session")[0].contains("cap $1,200.00"))
            #expect(try lines("--action suspend --since 1h").count == 1)
            #expect(try lines("--until 1h").isEmpty)
            #expect(try lines("--actor uid:\(getuid()) run=r1").count == 2)
            #expect(try lines("--actor uid:4711").isEmpty)
            let json = try bench.control("audit --action set --count 1 --json")
            #expect(json.list("entries").compactMap { $0["subject"] as? String } == ["session=s"])
            #expect(json.json["next"] is Int)
        }

        @Test func redisGoneIsUnavailable() throws {
            bench.redis.kill()
            let ran = try bench.control("usage user=alice")
            #expect(ran.status == 3, "\(ran.errors)")
            #expect(ran.errors.contains("UNAVAILABLE"))
        }
    }
}
