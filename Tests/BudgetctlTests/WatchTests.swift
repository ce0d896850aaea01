// `budgetctl watch` against a daemon.

import Foundation
import TestSupport
import Testing

extension Control {
    @Suite struct WatchTests {
        private let call = "model gpt-4o input_tokens 400 output_tokens 100"

        @Test func watchTellsWhatHappensUntilTheDaemonEnds() throws {
            let bench = try Bench()
            for index in 0..<3 {
                let answer = try bench.ask(
                    "CHARGE idempotency_key \(index) user alice run r\(index) tenant acme \(call)")
                #expect(answer.errorCode == nil)
            }
            let newest = try #require(try bench.ask("USAGE tenant acme")["seq"]?.integer)
            let directory = try TestDirectory()
            let watching = try TestProcess(
                [
                    Bench.program("budgetctl"), "watch", "--socket", bench.socketPath, "--tenant",
                    "acme",
                    "user=alice", "--since", "\(newest - 2)",
                ],
                directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/err")
            defer { watching.kill() }
            #expect(waits { directory.text("out").contains("run=r2") })
            for line in [
                "CHARGE idempotency_key 3 user bob run r3 tenant acme \(call)",
                "SUBJECT SUSPEND user alice tenant acme reason demo idempotency_key s",
                "CHARGE idempotency_key 4 user alice run r4 tenant acme \(call)",
            ] { #expect(try bench.ask(line).errorCode == nil) }
            #expect(waits { directory.text("out").contains("deny") }, "\(directory.text("err"))")
            let lines = directory.text("out").split(separator: "\n").map { $0.dropFirst(22) }
            #expect(
                lines.prefix(2) == [
                    "charge       user=alice run=r1  gpt-4o  $0.002  500 tokens",
                    "charge       user=alice run=r2  gpt-4o  $0.002  500 tokens",
                ])
            try #require(lines.count == 4)
            #expect(lines[2].hasPrefix("suspend      user=alice  active -> suspended  by uid:"))
            #expect(lines[2].hasSuffix(": demo"))
            #expect(lines[3].hasPrefix("deny         user=alice run=r4  user=alice  gpt-4o  "))
            #expect(lines[3].hasSuffix("is suspended by an administrator."))
        }

        private func waits(_ condition: () -> Bool) -> Bool {
            for _ in 0..<5000 {
                if condition() { return true }
                usleep(2000)
            }
            return condition()
        }

        @Test(arguments: [
            ("watch tenant=acme --tenant b", 2, "tenant is given twice; expected it once"),
            ("watch since=4", 2, "since is no field of a call; expected --since"),
            ("watch usr=alice", 2, "did you mean \"user\"?"),
            ("watch user", 2, "expected field=value"),
            ("watch --since x", 2, "since"),
        ])
        func badArgumentsAreExplained(_ line: String, _ status: Int32, _ text: String) throws {
            let ran = try Bench().control(line)
            #expect(ran.status == status, "\(line): \(ran.errors)")
            #expect(ran.errors.contains(text), "\(line): \(ran.errors)")
        }
    }
}
