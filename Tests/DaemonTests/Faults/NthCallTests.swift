// Each call to Redis of each operation fails once: it is not sent, or its answer is lost. Then the
// request is repeated, and the books show one effect.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct NthCallTests {
        /// An operation, and how many lines of the journal it makes.
        struct Operation: Sendable, CustomTestStringConvertible {
            let line: String
            let entries: Int
            /// Whether it is about a reservation that is made before.
            var needsHold = false
            /// Whether each repetition is a change, and an entry, of its own.
            var isAnew = false

            var testDescription: String { Client.words(line).prefix(2).joined(separator: " ") }
        }

        private static let call =
            "user u session s run r agent a model gpt-4o input_tokens 0 output_tokens 100"
        private static let act = "user u reason x idempotency_key K"

        static let operations = [
            Operation(line: "RESERVE idempotency_key K \(call)", entries: 1),
            Operation(line: "CHARGE idempotency_key K \(call)", entries: 1),
            Operation(line: "RECORD idempotency_key K \(call)", entries: 1),
            Operation(line: "COMMIT ID output_tokens 50", entries: 1, needsHold: true),
            Operation(line: "RELEASE ID", entries: 1, needsHold: true),
            Operation(line: "EXTEND ID ttl_ms 600000", entries: 1, needsHold: true, isAnew: true),
            Operation(line: "CHECK \(call)", entries: 0),
            Operation(line: "USAGE user u session s run r agent a", entries: 0),
            Operation(line: "STATUS ID", entries: 0, needsHold: true),
            Operation(line: "RUN r", entries: 0),
            Operation(line: "TOP user cost day", entries: 0),
            Operation(line: "HISTORY user cost day", entries: 0),
            Operation(line: "ENTRIES user u", entries: 0),
            Operation(line: "AUDIT", entries: 0),
            Operation(line: "JOURNAL", entries: 0),
            Operation(line: "COUNTERS", entries: 0),
            Operation(line: "LIMIT LIST", entries: 0),
            Operation(line: "LIMIT SET limit cost cap 0.1 \(act)", entries: 1),
            Operation(line: "LIMIT UNSET limit cost \(act)", entries: 1),
            Operation(
                line: "LIMIT GRANT limit cost amount 0.1 until_ms 4000000000000 \(act)",
                entries: 1),
            Operation(
                line: "CORRECT key b:{default}:run:NEW changes s:calls+-+0+0 as_of 0 reason x "
                    + "idempotency_key K", entries: 1),
            Operation(line: "SUBJECT SUSPEND \(act)", entries: 1),
            Operation(line: "SUBJECT RESUME \(act)", entries: 1),
            Operation(line: "SUBJECT SHOW user u", entries: 0),
        ]

        /// More than any operation makes; the loop ends with the last call that there is.
        private static let mostCalls = 12

        @Test(arguments: operations)
        func theBooksBalanceWhicheverCallFails(_ operation: Operation) throws {
            let house = try FaultHouse(policy: Policies.capped(1_000_000))
            let daemon = house.daemons[0]
            for isSent in [false, true] {
                var number = 0
                while try fail(number, isSent, operation, house) { number += 1 }
                #expect(number > 0 && number < Self.mostCalls)
            }
            let verified = try house.verify()
            #expect(verified.ending == .exit(0), "\(verified.output) \(daemon.log.suffix(2000))")
        }

        /// - Returns: false where there is no call of that number.
        private func fail(
            _ number: Int, _ isSent: Bool, _ operation: Operation, _ house: FaultHouse
        ) throws -> Bool {
            let client = try house.daemons[0].connect()
            let key = "\(isSent)-\(number)"
            var line = operation.line.replacingOccurrences(
                of: "idempotency_key K", with: "idempotency_key \(key)"
            ).replacingOccurrences(of: "NEW ", with: "\(key) ")
            if operation.needsHold {
                let held = try client.ask("RESERVE idempotency_key held-\(key) \(Self.call)")
                line = line.replacingOccurrences(of: "ID", with: try #require(held.text("id")))
            }
            let before = try house.journal()
            // The script's name is unknown once, so that its source is sent too.
            try house.redis.command("SCRIPT", "FLUSH")
            house.redisProxy.fault = isSent ? .cutAfter(number) : .cutBefore(number)
            // A plus stands for a blank within an argument.
            let words = Client.words(line).map { $0.replacing("+", with: " ") }
            let answer = try client.ask(words)
            let wasHit = house.redisProxy.fault == .none
            house.redisProxy.fault = .none
            if !wasHit {
                #expect(answer.errorCode == nil, "\(line): \(answer)")
            } else if let code = answer.errorCode {
                #expect(["UNAVAILABLE", "OUTCOME_UNKNOWN"].contains(code), "\(line): \(answer)")
                if code == "UNAVAILABLE" {
                    #expect(try house.journal() == before, "\(line): \(answer)")
                }
            }
            let isDone = try eventually { try client.ask(words).errorCode == nil }
            #expect(isDone, "\(line)")
            #expect(try client.ask(words).errorCode == nil)
            let entries = try house.journal().count - before.count
            let most = operation.entries * (operation.isAnew ? 3 : 1)
            #expect((operation.entries...most).contains(entries), "\(line)")
            if operation.line.contains("SUSPEND") || operation.line.contains("LIMIT") {
                _ = try client.ask("SUBJECT RESUME user u reason x idempotency_key back-\(key)")
            }
            return wasHit && number < Self.mostCalls
        }
    }
}
