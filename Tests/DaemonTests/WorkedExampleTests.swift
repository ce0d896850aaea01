// The worked example: 13 calls of 4,000 input and 600 output tokens at $2.50 and $10.00 a million
// are 13 · (0.010 + 0.006) = 0.208 US dollars, to the nano-dollar, in whatever way they are made.

import Foundation
import RESP
import Testing

extension WholeDaemon {
    @Suite struct WorkedExampleTests {
        enum Way: String, CaseIterable {
            case oneAfterTheOther, atOnce, pipelined
        }

        private static let subject = "run r user alice task t model gpt-4o provider openai"
        private static let usage = "input_tokens 4000 output_tokens 600"

        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.capped(1000))
        }

        @Test(arguments: Way.allCases, [true, false])
        func thirteenCallsCostExactlyTwentyPointEightCents(_ way: Way, isCharged: Bool) throws {
            let verb = isCharged ? "CHARGE" : "RESERVE"
            let calls = (1...13).map {
                "\(verb) idempotency_key call\($0) \(Self.subject) \(Self.usage)"
            }
            for answers in try make(calls, way) {
                #expect(answers.isAllowed)
            }
            if !isCharged {
                let commits = try (1...13).map { call in
                    let known = try daemon.ask("STATUS idempotency_key call\(call)")
                    return "COMMIT \(known.text("id") ?? "") \(Self.usage)"
                }
                for answer in try make(commits, way) {
                    #expect(answer.text("cost_usd") == "0.016")
                    #expect(answer.text("tokens") == "4600")
                }
            }
            let books = try RunBooks(try daemon.connect(), run: "r", page: 5)
            #expect(books.faults == [])
            #expect(books.total == "Total tokens used: 59800 (~$0.208) across 13 steps")
            #expect(books.entries.allSatisfy { $0.cost == Decimal(string: "0.016") })
            #expect(try daemon.ask("USAGE user alice").standing("cost") == "0.208 0 9.792")
            let tasks = try daemon.ask("RUN r by cost")["tasks"]
            #expect(tasks?[0]?.text("task") == "t")
            #expect(tasks?[0]?.text("cost_usd") == "0.208")
        }

        private func make(_ lines: [String], _ way: Way) throws -> [RESPValue] {
            let daemon = daemon
            switch way {
            case .oneAfterTheOther:
                let client = try daemon.connect()
                return try lines.map { try client.ask($0) }
            case .atOnce: return try swarm(lines.count) { try daemon.ask(lines[$0]) }
            case .pipelined: return try daemon.connect().pipeline(lines)
            }
        }
    }
}
