// `budgetctl top` against a daemon.

import Foundation
import TestSupport
import Testing

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

        @Test(arguments: [
            ("top", 2, "Missing expected argument '<field>'"),
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
