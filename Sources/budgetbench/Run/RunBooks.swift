// Whether a run can be believed: what the daemon acknowledged is in its books and nothing else, the
// books agree with their own journal, and no limit was passed. All of it is asked of the daemon.
//
// Every run spends for tenants of its own, so that what it finds in the books is what it spent.

import BudgetStore
import Foundation
import RESP

struct RunBooks: Codable {
    /// Runs and subjects that are asked about one by one: those that called most.
    private static let mostAsked = 200
    /// Faults that are told.
    private static let mostTold = 20

    private(set) var tenants = 0
    private(set) var journalLines = 0
    private(set) var counters = 0
    private(set) var runsCompared = 0
    private(set) var limitsCompared = 0
    private(set) var faultCount = 0
    private(set) var faults: [String] = []

    var balance: Bool { faultCount == 0 }

    /// Asks for everything.
    init(of result: RunResult, path: String, tenants names: [String], _ progress: Progress) throws {
        let client = try BlockingClient(path: path)
        for tenant in names { try verify(tenant, client, progress) }
        let busiest = result.spent.values.sorted {
            ($0.calls, $1.call.runNumber) > ($1.calls, $0.call.runNumber)
        }
        for spent in busiest.prefix(Self.mostAsked) {
            progress.tell("the books of \(spent.call.run)")
            try compareRun(spent, client)
            try compareLimits(spent.call, client)
        }
    }

    /// The counters against the journal, as `budgetctl verify` does it.
    private mutating func verify(
        _ tenant: String, _ client: BlockingClient, _ progress: Progress
    ) throws {
        let reader = BooksReader<any Error>(
            ask: { arguments throws(any Error) in try client.command(arguments) },
            notUnderstood: { BenchError("the daemon's books have no \($0)") },
            tell: { progress.tell("the books of \(tenant): \($0)") },
            isForbidden: { _ in false })
        let findings = try reader.verify(tenant).findings
        tenants += 1
        journalLines += findings.lines
        counters += findings.counters
        for difference in findings.differences {
            blame("\(difference.key): \(difference.message)")
        }
    }

    /// What was acknowledged against the run's ledger.
    private mutating func compareRun(_ spent: RunResult.Spent, _ client: BlockingClient) throws {
        let call = spent.call
        let page = try client.command(
            "RUN", call.run, "tenant", call.tenant, "by", "cost", "count", "1")
        runsCompared += 1
        for (name, expected) in [("calls", Int64(spent.calls)), ("tokens", spent.tokens)] {
            let found = page[name]?.integer
            guard found != expected else { continue }
            blame(
                "\(call.run) of \(call.tenant): the ledger has \(found.map(String.init) ?? "no") "
                    + "\(name), acknowledged were \(expected)")
        }
    }

    private mutating func compareLimits(_ call: AgentCall, _ client: BlockingClient) throws {
        let standing = try client.command(["USAGE"] + call.subjectWords)
        for limit in standing["limits"]?.array ?? []
        where limit["mode"]?.string == "enforce"
            && limit["window"]?.string?.hasPrefix("bucket") == false
        {
            limitsCompared += 1
            guard let cap = amount(limit["cap"]), let spent = amount(limit["spent"]),
                let held = amount(limit["held"])
            else { throw BenchError("the answer to USAGE has a limit without its amounts") }
            guard spent + held > cap else { continue }
            blame(
                "\(limit["limit"]?.string ?? "") of \(limit["scope"]?.string ?? ""): "
                    + "\(spent) spent and \(held) held are more than the cap of \(cap)")
        }
    }

    private func amount(_ value: RESPValue?) -> Decimal? {
        if let number = value?.integer { return Decimal(number) }
        return value?.string.flatMap { Decimal(string: $0) }
    }

    private mutating func blame(_ fault: String) {
        faultCount += 1
        if faults.count < Self.mostTold { faults.append(fault) }
    }
}
