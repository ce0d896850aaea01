// Tables on a narrow terminal, and the same in a pipe.

import Foundation
import TestSupport
import Testing

extension Control {
    @Suite struct TerminalTests {
        private static let user = "user-" + String(repeating: "0", count: 40) + "-7"

        private let bench: Bench

        init() throws {
            bench = try Bench()
            for number in 1...3 {
                try bench.ask(
                    "RECORD idempotency_key k\(number) user \(Self.user) session \(Self.user) "
                        + "run run-of-\(Self.user) task a-task-of-many-words agent the-only-agent "
                        + "model gpt-4o-2026-11-22-preview cost_usd 1234.5 input_tokens 1234567")
            }
        }

        /// What a terminal of that many columns shows, without colours.
        private func shown(_ line: String, columns: Int) throws -> [String] {
            let script = """
                import pexpect, re, sys
                c = pexpect.spawn(sys.argv[1], sys.argv[3:] + ['--socket', sys.argv[2]], timeout=20,
                    encoding='utf8', dimensions=(24, \(columns)),
                    env={'TERM': 'xterm', 'PATH': '/usr/bin:/bin'})
                text = c.read()
                assert '\\x1b[' in text
                print(re.sub('\\x1b\\\\[[0-9]*[mK]', '', text).replace('\\r', ''), end='')
                """
            let directory = try TestDirectory()
            let own = Bench.checkout + "/.build/venv/bin/python"
            let python = FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
            let words = line.split(separator: " ").map(String.init)
            let running = try TestProcess(
                [python, "-c", script, Bench.program("budgetctl"), bench.socketPath] + words,
                directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/err")
            #expect(running.waitForEnd(seconds: 60) == .exit(0), "\(directory.text("err"))")
            return directory.text("out").split(separator: "\n").map(String.init)
        }

        @Test(arguments: [
            ("entries", ["$1,234.50", "1,234,567", "record"]),
            ("run run-of-\(user)", ["$1,234.50", "1,234,567", "$3,703.50", "record"]),
            ("usage user=\(user) session=\(user)", ["3,703,701", "daily"]),
            ("top user", ["$3,703.50"]), ("history user", ["$3,703.50"]),
            ("near", ["$3,703.50"]), ("limit list", ["100,000"]),
        ])
        func aTerminalGetsLinesThatFit(_ line: String, _ whole: [String]) throws {
            for columns in [80, 120] {
                let lines = try shown(line, columns: columns)
                // The total of a run is a sentence with its name in it.
                let rows = lines.filter { !$0.hasPrefix("Total") }
                #expect(rows.allSatisfy { $0.count <= columns }, "\(lines.joined(separator: "\n"))")
                for text in whole {
                    #expect(lines.contains { $0.contains(text) }, "\(text): \(lines)")
                }
            }
            let piped = try bench.control(line)
            #expect(piped.status == 0)
            let hasUsers = !line.hasPrefix("run") && line != "limit list"
            #expect(piped.output.contains(Self.user) == hasUsers, "\(piped.output)")
            #expect(!piped.output.contains("…") && !piped.output.contains("no room"))
            let json = try bench.control(line + " --json")
            #expect(json.output.contains(Self.user) == (line != "limit list"))
        }

        /// A reader that has seen enough, a disk that is full, nobody at all.
        @Test(arguments: [
            ("| head -1", "AT ", "141", ""),
            (">/dev/full", "", "1", "can't be written: No space left on device"),
            (">&-", "", "1", "can't be written: Bad file descriptor"),
        ])
        func answersThatNobodyTakes(
            _ end: String, _ output: String, _ status: String, _ errors: String
        ) throws {
            for number in 1...800 {
                try bench.ask("RECORD idempotency_key n\(number) user \(Self.user) cost_usd 0.01")
            }
            let directory = try TestDirectory()
            let script =
                "'\(Bench.program("budgetctl"))' entries --all --socket '\(bench.socketPath)' "
                + "\(end); echo ${PIPESTATUS[0]} >'\(directory.path)/status'"
            let bash = try TestProcess(
                ["bash", "-c", script], directory: directory.path,
                output: directory.path + "/out", errors: directory.path + "/err")
            #expect(bash.waitForEnd(seconds: 60) == .exit(0))
            #expect(directory.text("status") == status + "\n", "\(directory.text("err"))")
            #expect(directory.text("out").hasPrefix(output))
            #expect(directory.text("err").contains(errors) || errors.isEmpty)
            #expect(!directory.text("err").contains("crashed"))
            #expect(directory.text("err").split(separator: "\n").count <= 1)
        }

        @Test func whatThereIsNoRoomForIsSaid() throws {
            let narrow = try shown("entries", columns: 80)
            #expect(narrow[0].contains("USER") && !narrow[0].contains("AGENT"), "\(narrow)")
            #expect(narrow.last?.hasPrefix("no room for ") == true, "\(narrow)")
            #expect(narrow[1].contains(#/ u.*…0*-7 /#), "\(narrow)")
            let wide = try shown("entries", columns: 200)
            #expect(wide[0].contains("AGENT") && !wide.joined().contains("no room"), "\(wide)")
        }
    }
}
