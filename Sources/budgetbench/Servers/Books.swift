// Whether the daemon's books show what it allowed: a fast answer that is not entered is none.

import BudgetModel
import RESP

/// What was allowed, by whose it is.
struct Books {
    private(set) var total = 0
    private var byRun: [Int: (call: AgentCall, count: Int)] = [:]

    mutating func enter(_ calls: [AgentCall]) {
        total += calls.count
        for call in calls { byRun[call.runNumber, default: (call, 0)].count += 1 }
    }

    /// Asks USAGE about so many runs and compares all their limits, the tenant's among them.
    ///
    /// - Throws: where a limit shows another amount than what was allowed.
    func balance(against daemon: DaemonServer, runs: Int) throws {
        let client = try BlockingClient(path: daemon.socketPath)
        for (call, count) in byRun.values.prefix(runs) {
            let usage = try client.command(
                "USAGE", "tenant", call.tenant, "user", call.user, "session", call.session,
                "run", call.run)
            let expected = [
                BenchPolicy.tenantCost.name: NanoUSD.text(AgentCall.cost * Int64(total)),
                BenchPolicy.userTokens.name: "\(AgentCall.tokens * Int64(count))",
                BenchPolicy.sessionCost.name: NanoUSD.text(AgentCall.cost * Int64(count)),
                BenchPolicy.runCalls.name: "\(count)",
            ]
            var shown: [String: String] = [:]
            for limit in usage["limits"]?.array ?? [] {
                guard let name = limit["limit"]?.string else { continue }
                shown[name] = Self.text(limit["held"])
            }
            guard shown == expected else {
                throw BenchError(
                    "the books of \(call.run) don't balance: held \(shown), allowed \(expected)")
            }
        }
    }

    private static func text(_ value: RESPValue?) -> String? {
        value?.string ?? value?.integer.map(String.init)
    }
}
