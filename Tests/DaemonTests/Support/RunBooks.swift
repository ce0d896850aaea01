// A run's ledger as RUN tells it, page by page, and whether it agrees with itself.

import Foundation
import RESP

/// What RUN says of a run.
struct RunBooks {
    struct Entry: Equatable {
        let id: String
        let kind: String
        let cost: Decimal
        let tokens: Int64
    }

    var total = ""
    var cost = Decimal()
    var tokens: Int64 = 0
    var calls: Int64 = 0
    var retries: Int64 = 0
    var entries: [Entry] = []

    /// Reads all pages.
    init(_ client: Client, run: String, tenant: String = "default", page: Int = 250) throws {
        var cursor: String? = "0"
        while let from = cursor {
            let answer = try client.ask(["RUN", run, "tenant", tenant] + Self.page(from, page))
            guard let entries = answer["entries"]?.array else {
                throw DaemonFailure(description: "RUN \(run): \(answer)")
            }
            total = answer.text("total") ?? ""
            cost = Self.dollars(answer)
            tokens = answer["tokens"]?.integer ?? -1
            calls = answer["calls"]?.integer ?? -1
            retries = answer["retries"]?.integer ?? -1
            self.entries += entries.map {
                Entry(
                    id: $0.text("id") ?? "", kind: $0.text("kind") ?? "", cost: Self.dollars($0),
                    tokens: $0["tokens"]?.integer ?? -1)
            }
            cursor = answer["next"]?.integer.map { "\($0)" }
        }
    }

    /// The ids of all entries, in order.
    var ids: [String] { entries.map(\.id) }

    /// What is wrong with the books; empty where nothing is. Promise 3 for a run: the totals are
    /// the sums of the entries, and no reservation is entered twice.
    var faults: [String] {
        var faults: [String] = []
        if entries.reduce(Decimal(), { $0 + $1.cost }) != cost { faults.append("cost") }
        if entries.reduce(0, { $0 + $1.tokens }) != tokens { faults.append("tokens") }
        if Int64(entries.count) != calls { faults.append("\(entries.count) are not \(calls)") }
        if Set(ids).count != entries.count { faults.append("an id comes twice") }
        return faults
    }

    private static func page(_ from: String, _ size: Int) -> [String] {
        ["by", "time", "count", "\(size)", "cursor", from]
    }

    private static func dollars(_ answer: RESPValue) -> Decimal {
        answer.text("cost_usd").flatMap { Decimal(string: $0) } ?? -1
    }
}
