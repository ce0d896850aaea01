// `budgetctl top` against a daemon.

import Foundation
import TestSupport
import Testing

@testable import budgetctl

extension Control {
    @Suite struct TopTests {
        @Test func topIsATableOrJSON() throws {
            let bench = try Bench()
            let empty = try bench.control("top user")
            #expect(empty.status == 0, "\(empty.errors)")
            #expect(empty.output.hasSuffix("\n\nnothing was spent\n"))
            for (index, user) in ["alice", "bob", "bob"].enumerated() {
                let answer = try bench.ask(
                    "CHARGE idempotency_key \(index) user \(user) model gpt-4o "
                        + "input_tokens 400 output_tokens 100 tenant acme label.team red")
                #expect(answer.errorCode == nil)
            }
            let table = try bench.control("top user --tenant acme")
            #expect(table.status == 0, "\(table.errors)")
            let lines = table.output.split(separator: "\n").map(String.init)
            #expect(lines[0].contains(/^\d{4}-\d\d-\d\d 00:00:00Z to \d{4}-\d\d-\d\d 00:00:00Z$/))
            #expect(
                Array(lines.dropFirst()) == [
                    "#  USER     COST", "1  bob    $0.004", "2  alice  $0.002",
                ])
            let tokens = try bench.control(
                "top label.team --measure tokens --window month --tenant acme")
            #expect(tokens.output.hasSuffix("#  LABEL.TEAM  TOKENS\n1  red          1,500\n"))
            let json = try bench.control("top user --tenant acme --count 1 --json")
            #expect(json.list("rows").count == 1)
            #expect(json.list("rows")[0]["name"] as? String == "bob")
            #expect(json.list("rows")[0]["value"] as? String == "0.004")
            #expect(json.json["complete"] as? Int == 1)
        }

        @Test func nearIsATableOrJSON() throws {
            let bench = try Bench()
            #expect(try bench.control("near").output == "no limit is used\n")
            try bench.ask("RECORD idempotency_key a session s1 cost_usd 0.45")
            try bench.ask("RECORD idempotency_key b session s2 cost_usd 0.6")
            let table = try bench.control("near")
            #expect(table.status == 0, "\(table.errors)")
            let lines = table.output.split(separator: "\n")
            #expect(lines[1].contains(/^ 90%  session=s1  session  lifetime  +\$0\.45/))
            #expect(lines[2].contains(/^120%  session=s2  session  lifetime  +\$0\.60 .*used up$/))
            let one = try bench.control("near --count 1").output
            #expect(one.contains("session=s1") && one.hasSuffix("\n1 more used up\n"), "\(one)")
            let left = try bench.control("near --left --count 1").output
            #expect(left.contains("session=s1") && !left.contains("used up"), "\(left)")
            #expect(try bench.control("near --count 1001").status == 2)
            let json = try bench.control("near --count 1 --json")
            #expect(json.list("limits").map { $0["scope"] as? String } == ["session=s2"])
            #expect(try bench.control("near --watch").status == 2)
        }

        @Test func historyIsATableOrJSON() throws {
            let bench = try Bench()
            #expect(try bench.control("history user").output == "nothing was spent\n")
            try bench.ask("RECORD idempotency_key a user ann cost_usd 0.45")
            try bench.ask("RECORD idempotency_key b user bob cost_usd 1200")
            let table = try bench.control("history user --window day")
            #expect(table.status == 0, "\(table.errors)")
            let lines = table.output.split(separator: "\n")
            #expect(lines.count == 16)
            #expect(lines[0].contains(/^FROM +bob +ann$/))
            #expect(lines[14].contains(/Z +\$0.00 +\$0.00$/))
            #expect(lines[15].contains(/^\d{4}-\d\d-\d\d 00:00:00Z +\$1,200.00 +\$0.45$/))
            let one = try bench.control("history user --of ann --measure calls --json")
            #expect(one.list("rows").map { $0["name"] as? String } == ["ann"])
            #expect(one.list("windows").count == 25)
            #expect(try bench.control("history session --window day").status == 2)
        }

        /// A daemon that lives is not called gone.
        @Test func aDaemonThatIsSlowIsToldFromNone() throws {
            let bench = try Bench()
            let proxy = try FaultProxy(to: bench.socketPath)
            defer { proxy.stop() }
            for (line, text) in [
                (["TOP", "user", "cost", "day"], "rankings are still being made up"),
                (["HISTORY", "user", "cost", "day"], "rankings are still being made up"),
                (["NEAR"], "rankings are still being made up"),
                (["USAGE", "user", "a"], "budgetctl doctor"),
            ] {
                proxy.fault = .none
                let session = try Session(
                    Address(proxy.path), IdentityOptions.parse([]), timeout: 1)
                proxy.fault = .freeze
                let slow = try #require(throws: Failure.self) { try session.ask(line) }
                #expect(slow.status == .unreachable)
                #expect(
                    slow.message.hasSuffix("is connected, but it did not answer within 1 s"),
                    "\(slow.message)")
                #expect(slow.hint.contains(text), "\(slow.hint)")
            }
            let never = try Bench.control(["status", "--timeout", "1", "--socket", proxy.path])
            #expect(never.status == 3)
            #expect(never.errors.contains("is what listens there a budgetd?"), "\(never.errors)")
        }

        /// On a terminal: it changes with what is spent, is sorted by keys, and leaves the terminal
        /// as it was, whatever ends it.
        @Test(arguments: ["q", "\\x03", "SIGTERM"]) func topIsWatched(_ end: String) throws {
            let bench = try Bench()
            for (user, cost) in [("alice", "2"), ("bob", "3")] {
                try bench.ask("RECORD idempotency_key \(user) user \(user) cost_usd \(cost)")
            }
            let script = """
                import pexpect, redis, signal, sys, termios
                def charge(key, user, cost):
                    redis.Redis(unix_socket_path=sys.argv[2]).execute_command(
                        'RECORD', 'idempotency_key', key, 'user', user, 'cost_usd', cost)
                c = pexpect.spawn(sys.argv[1], ['top', 'user', '--watch', '--interval', '200ms',
                    '--socket', sys.argv[2]], timeout=20, encoding='utf8', dimensions=(12, 60),
                    env={'TERM': 'xterm', 'PATH': '/usr/bin:/bin'})
                c.expect_exact('\\x1b[?1049h')
                c.expect_exact('user by cost this day')
                c.expect('1 +bob +.3.*2 +alice +.2')
                charge('more', 'alice', 2)
                c.expect('1 +alice +.4')
                c.expect('2 +bob +.3')
                c.send('n')
                charge('evenmore', 'bob', 4)
                c.expect('1 +alice +.4.*2 +bob +.7')
                c.send('r')
                c.expect('1 +bob +.7.*2 +alice +.4')
                attributes = termios.tcgetattr(c.child_fd)
                assert not attributes[3] & termios.ECHO
                end = '\(end)'
                c.kill(signal.SIGTERM) if end == 'SIGTERM' else c.send(end)
                c.expect_exact('\\x1b[?1049l')
                assert termios.tcgetattr(c.child_fd)[3] & termios.ECHO
                c.expect(pexpect.EOF)
                c.close()
                print('ended', c.exitstatus)
                """
            let directory = try TestDirectory()
            let own = Bench.checkout + "/.build/venv/bin/python"
            let python = FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
            let watching = try TestProcess(
                [python, "-c", script, Bench.program("budgetctl"), bench.socketPath],
                directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/err")
            #expect(watching.waitForEnd(seconds: 60) == .exit(0), "\(directory.text("err"))")
            #expect(directory.text("out") == "ended \(end == "SIGTERM" ? 143 : 0)\n")
            let plain = try bench.control("top user --watch")
            #expect(plain.status == 2)
            #expect(plain.errors.contains("--watch needs a terminal"), "\(plain.errors)")
        }

        @Test(arguments: [
            ("top", 2, "Missing expected argument '<field>'"),
            ("top user --watch --json", 2, "--watch is for people"),
            ("top user --watch --interval 1", 2, "--interval is 1; expected 200ms to 1h"),
            ("top usr", 2, "did you mean \"user\"?"),
            ("top user --measure money", 2, "measure is \"money\"; expected one of cost"),
            ("top user --window year", 2, "expected one of hour, day, week, month"),
            ("top user --count 1001", 2, "a whole number from 1 to 1000"),
        ])
        func badArgumentsAreExplained(_ line: String, _ status: Int32, _ text: String) throws {
            let ran = try Bench().control(line)
            #expect(ran.status == status, "\(line): \(ran.errors)")
            #expect(ran.errors.contains(text), "\(line): \(ran.errors)")
        }
    }
}
