// `budgetctl entries` against a daemon.

import Foundation
import TestSupport
import Testing

extension Control {
    @Suite struct EntriesTests {
        @Test func entriesAreATableOrJSON() throws {
            let bench = try Bench()
            #expect(try bench.control("entries user=ann").output == "no entries\n")
            let held = try bench.ask(
                "RESERVE idempotency_key a user ann run r task t model gpt-4o input_tokens 4000")
            try bench.ask("COMMIT \(held["id"]?.string ?? "") input_tokens 2000 outcome error")
            try bench.ask("RECORD idempotency_key b user bob cost_usd 0.5")
            try bench.ask(
                "LIMIT RESET limit daily user ann reason secret idempotency_key c")
            let table = try bench.control("entries user=ann")
            #expect(table.status == 0, "\(table.errors)")
            let lines = table.output.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines[1].contains(/Z  reset .* user=ann daily was 2,000 spent, is 0 spent$/))
            #expect(lines[2].contains(/Z  commit +ann +r +t +gpt-4o +\$0.005 +2,000 +error$/))
            #expect(lines[3].contains(/Z  reserve +ann +r +t +gpt-4o +\(\$0.01\d*\) +\([\d,]+\)$/))
            #expect(!table.output.contains("secret"))
            let some = try bench.control("entries --count 2")
            #expect(some.output.hasSuffix("Z; there is more: --all\n"), "\(some.output)")
            let json = try bench.control("entries --all --json")
            let kinds = json.list("entries").map { $0["kind"] as? String }
            #expect(kinds == ["reset", "record", "commit", "reserve"])
            #expect(json.json["next"] is NSNull)
            #expect(try bench.control("entries model=m").status == 2)
            #expect(try bench.control("entries --count 0").status == 2)
        }
    }
}
