// Compares all that Redis holds of a history with the reference ledgers.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

struct BooksAudit {
    let redis: TestRedis
    let harness: StoreHarness
    let ledgers: [String: ReferenceLedger]
    let now: Int64

    func run() throws {
        for (tenant, ledger) in ledgers {
            let books = try RedisBooks(redis, tenant: tenant)
            try compareWindows(books, ledger)
            try compareReservations(books, ledger)
            try compareJournal(books, ledger)
            try compareAudit(books, ledger)
            try compareRuns(books, ledger)
            try JournalReplay(tenant: tenant, lines: books.journal()).check(books, ledger)
            let findings = try harness.verify(tenant, at: now)
            #expect(findings.differences == [])
            #expect(findings.counters > 0 && findings.lines > 0)
        }
    }

    private func compareWindows(_ books: RedisBooks, _ ledger: ReferenceLedger) throws {
        var keys: Set<ExactName> = []
        for (name, window) in ledger.windows {
            let key = Keys.window(books.prefix, window.scope, name.window)
            #expect(keys.insert(ExactName(key)).inserted, "two windows share \(key)")
            let hash = try books.hash(key)
            if let width = name.width {
                #expect(rolled(hash, width) == rolled(window, width), "\(key)")
            } else if name.flow == nil {
                #expect(sums(hash) == sums(window), "\(key)")
            }
            #expect(warned(hash) == window.warned.filter { $0.value != 0 }, "\(key)")
            #expect(tasks(hash) == tasks(window), "\(key)")
            #expect(hash[ExactName("last")].flatMap { Int64($0) } == window.last, "\(key)")
        }
        let found = Set(try books.keys("w:").map { ExactName($0) })
        #expect(found.subtracting(keys).isEmpty, "windows that the reference doesn't know")
    }

    private func sums(_ hash: [ExactName: String]) -> [ExactName: Int64] {
        hash.filter { ["u:", "s:"].contains($0.key.text.prefix(2)) }
            .compactMapValues { Int64($0) }.filter { $0.value != 0 }
    }

    private func sums(_ window: ReferenceWindow) -> [ExactName: Int64] {
        var fields: [ExactName: Int64] = [:]
        for (name, counter) in window.counters {
            fields[ExactName("s:" + name)] = counter.spent
            fields[ExactName("u:" + name)] = counter.spent + counter.held
        }
        return fields.filter { $0.value != 0 }
    }

    /// The sums of a rolling window as of now: what is too old is still in Redis's totals until
    /// the next write.
    private func rolled(_ hash: [ExactName: String], _ width: Int64) -> [ExactName: Int64] {
        var sums: [ExactName: Int64] = [:]
        for (name, text) in hash {
            let parts = name.text.split(separator: ":")
            guard let value = Int64(text) else { continue }
            if ["u", "s"].contains(parts[0]) { sums[name, default: 0] += value }
            if parts[0] == "r", let slot = Int64(parts[2]), slot < now / width - 60 {
                sums[ExactName("u:" + parts[1]), default: 0] -= value
                sums[ExactName("s:" + parts[1]), default: 0] -= value
            }
        }
        return sums.filter { $0.value != 0 }
    }

    private func rolled(_ window: ReferenceWindow, _ width: Int64) -> [ExactName: Int64] {
        var fields: [ExactName: Int64] = [:]
        for name in Set(window.counters.keys).union(window.slots.keys) {
            let spent = ReferenceLedger.rolled(window, name, width, at: now)
            fields[ExactName("s:" + name)] = spent
            fields[ExactName("u:" + name)] = spent + (window.counters[name]?.held ?? 0)
        }
        return fields.filter { $0.value != 0 }
    }

    private func warned(_ hash: [ExactName: String]) -> [Int64: Int64] {
        var shares: [Int64: Int64] = [:]
        for (name, text) in hash where name.text.hasPrefix("w:") {
            guard let identity = Int64(name.text.dropFirst(2)), text != "0" else { continue }
            shares[identity] = Int64(text)
        }
        return shares
    }

    private func tasks(_ hash: [ExactName: String]) -> Set<ExactName> {
        Set(hash.keys.filter { $0.text.utf8.starts(with: "t:".utf8) })
    }

    private func tasks(_ window: ReferenceWindow) -> Set<ExactName> {
        var names: Set<ExactName> = []
        for (counter, tasks) in window.tasks {
            for task in tasks {
                names.insert(ExactName("t:\(counter):" + Escaping.component(task.text)))
            }
        }
        return names
    }

    private func compareReservations(_ books: RedisBooks, _ ledger: ReferenceLedger) throws {
        var held: [String: Int64] = [:]
        for (digest, reservation) in ledger.reservations {
            let key = Keys.record(books.prefix, digest)
            let text = try books.ask("GET", key).string ?? ""
            #expect(RecordText.read(text, id: reservation.id) == reservation)
            if reservation.state == .held { held[key] = reservation.deadline }
        }
        #expect(try books.members(Keys.holds(books.prefix)) == held)
        #expect(try books.keys("r:").count == ledger.reservations.count)
    }

    private func compareJournal(_ books: RedisBooks, _ ledger: ReferenceLedger) throws {
        let lines = try books.journal().map { line in
            let letter = line.text.first ?? "?"
            return ReferenceLedger.Entry(
                sequence: line.sequence, now: line.now, letter: letter,
                digest: "ZQK".contains(letter) ? nil : Keys.digest(ofRecord: line.key))
        }
        #expect(lines == ledger.entries)
    }

    private func compareAudit(_ books: RedisBooks, _ ledger: ReferenceLedger) throws {
        var entries: [AuditEntry] = []
        var before: Sequence?
        repeat {
            let page = try harness.audit(ledger.tenant, count: 7, before: before)
            entries += page.elements.compactMap(\.entry)
            before = page.next.flatMap { Sequence(text: $0) }
        } while before != nil
        #expect(entries.reversed() == ledger.audit)
    }

    private func compareRuns(_ books: RedisBooks, _ ledger: ReferenceLedger) throws {
        for (name, run) in ledger.runs {
            var query = RunQuery(
                tenant: ledger.tenant, run: name.text, listing: .both, count: 50, cursor: 0)
            let first = try harness.run(query)
            #expect(first.totals == run.totals)
            let costs = first.tasks.map(\.totals.cost)
            #expect(costs == costs.sorted(by: >))
            let tasks = first.tasks.map { (ExactName($0.name), $0) }
            #expect(Dictionary(tasks) { $1 } == run.tasks)
            #expect(first.moment.sequence == ledger.sequence)
            var entries = first.entries
            var next = first.next
            while let cursor = next {
                query.cursor = cursor
                let page = try harness.run(query)
                entries += page.entries
                next = page.next
            }
            #expect(entries == run.entries)
        }
        let keys = try books.keys("run:").filter {
            !$0.hasSuffix(":tasks") && !$0.hasSuffix(":entries")
        }
        #expect(keys.count == ledger.runs.count)
    }

    static func expectNothingHeld(_ redis: TestRedis, _ prefixes: [String]) throws {
        for tenant in RandomHistory.tenants {
            let books = try RedisBooks(redis, tenant: tenant)
            #expect(try books.members(Keys.holds(books.prefix)).isEmpty)
            for key in try books.keys("w:") where !key.contains(":B") {
                let hash = try books.hash(key)
                for (name, used) in hash where name.text.hasPrefix("u:") {
                    let spent = hash[ExactName("s:" + name.text.dropFirst(2))] ?? "0"
                    #expect(used == spent, "\(key) \(name.text)")
                }
            }
        }
    }
}
