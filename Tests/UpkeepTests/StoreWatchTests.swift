// What INFO tells of a look at Redis's memory: bounded by its maxmemory, or by its machine.

import BudgetModel
import Testing

@testable import BudgetDaemon
@testable import BudgetStore

@Suite struct StoreWatchTests {
    /// maxmemory and the machine's memory, where Redis tells them; what INFO makes of 71 bytes.
    @Test(
        arguments: [
            ("100", "900", "100 900 0"), ("0", "100", "0 100 0"), ("0", "900", "0 900 "),
            ("200", "100", "200 100 "), ("0", nil, "0 0 "), (nil, nil, "0 0 "),
        ] as [(String?, String?, String)])
    func memoryIsBoundedByWhicheverEndsIt(_ most: String?, _ machine: String?, _ told: String) {
        var facts = ServerFacts()
        facts.info = ["used_memory": "71"]
        facts.info["maxmemory"] = most
        facts.info["total_system_memory"] = machine
        let watch = StoreWatch(address: "somewhere")
        watch.took(ServerReport(facts, ServerRules()))
        let lines = watch.information(keep: Retention()).lines
        let shown = ["max_bytes", "system_bytes", "alert_in_ms"].map { name in
            lines.first { $0.key == "store_memory_" + name }?.value ?? "?"
        }
        #expect(shown.joined(separator: " ") == told)
    }
}
