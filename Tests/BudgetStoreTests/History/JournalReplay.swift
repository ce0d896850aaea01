// Promises 3 and 4 from the journal alone: what its entries spend adds up to S, and what its
// reservations without an end hold adds up to H.

import BudgetModel
import Testing

@testable import BudgetStore

struct JournalReplay {
    private var spent: [ExactName: [String: Int64]] = [:]
    private var held: [ExactName: [String: Int64]] = [:]
    private var open: [String: ReadCall] = [:]
    /// When a window's life began, and when a reservation's estimate was charged.
    private var born: [ExactName: Sequence] = [:]
    private var resets: [ExactName: [String: Sequence]] = [:]
    private var charged: [String: Sequence] = [:]
    private let prefix: String

    init(tenant: String, lines: [RedisBooks.Line]) {
        prefix = Keys.prefix(tenant)
        for line in lines { read(line, tenant) }
        for call in open.values {
            for account in call.accounts where account.measure != .tasks {
                add(call.call.amounts[account.measure], account, to: &held)
            }
        }
    }

    func check(_ books: RedisBooks, _ ledger: ReferenceLedger) throws {
        for (name, window) in ledger.windows {
            let key = ExactName(Keys.window(prefix, window.scope, name.window))
            for (counter, sums) in window.counters where name.flow == nil {
                // What has left a rolling window was entered all the same.
                let all = (window.slots[counter] ?? [:]).values.reduce(sums.spent, +)
                #expect((spent[key]?[counter] ?? 0) == all, "\(key.text) \(counter)")
                #expect((held[key]?[counter] ?? 0) == sums.held, "\(key.text) \(counter)")
            }
        }
    }

    private mutating func read(_ line: RedisBooks.Line, _ tenant: String) {
        if line.text.first == "Z" {
            spent[ExactName(line.key)] = nil
            born[ExactName(line.key)] = line.sequence
            resets[ExactName(line.key)] = nil
            return
        }
        if line.text.first == "Q" {
            let parts = line.text.split(separator: " ")
            spent[ExactName(line.key), default: [:]][String(parts[1])] = 0
            resets[ExactName(line.key), default: [:]][String(parts[1])] = line.sequence
            return
        }
        // Corrections add nothing to what the entries say: here they are never short of anything.
        if "XAK".contains(line.text.prefix(1)) { return }
        guard let read = CallText.read(line.text, tenant: tenant) else {
            Issue.record("unreadable: \(line.text)")
            return
        }
        switch read.letter {
        case "H": open[line.key] = read
        case "C", "R", "E", "D": open[line.key] = nil
        default: break
        }
        for place in newTasks(line.text) { add(1, read.accounts[place - 1], to: &spent) }
        guard "GPCLDV".contains(read.letter) else { return }
        if read.letter == "D" { charged[line.key] = line.sequence }
        for account in read.accounts where Measure.sums.contains(account.measure) {
            let amount = read.call.amounts[account.measure]
            if read.letter != "V" {
                add(amount, account, to: &spent)
            } else if let charge = charged[line.key], charge >= born[key(account)] ?? charge,
                charge >= resets[key(account)]?[account.counter] ?? charge
            {
                add(-amount, account, to: &spent)
            }
        }
    }

    /// The places of the limits that counted a new task: the line `T 1 2`.
    private func newTasks(_ text: String) -> [Int] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("T ") }) else {
            return []
        }
        return line.dropFirst(2).split(separator: " ").compactMap { Int($0) }
    }

    private func add(
        _ amount: Int64, _ account: Account, to sums: inout [ExactName: [String: Int64]]
    ) {
        sums[key(account), default: [:]][account.counter, default: 0] += amount
    }

    private func key(_ account: Account) -> ExactName {
        ExactName(Keys.window(prefix, account.scope, account.window))
    }
}
