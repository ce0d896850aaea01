// The ledgers of subjects, page by page, against the reference ledger's entries.

import BudgetModel

@testable import BudgetStore

struct EntriesAudit {
    let harness: StoreHarness
    let ledgers: [String: ReferenceLedger]
    let seed: UInt64

    func run() throws {
        var random = SeededGenerator(seed: seed)
        for (tenant, ledger) in ledgers.sorted(by: { $0.key < $1.key }) {
            try compare(Subject(tenant: tenant), ledger, &random)
            for _ in 0..<6 where !ledger.made.isEmpty {
                guard let whole = ledger.reservations[random.pick(ledger.made)]?.call.subject
                else { continue }
                var subject = Subject(tenant: tenant)
                for (field, value) in whole.fields where random.oneIn(3) { subject[field] = value }
                try compare(subject, ledger, &random)
            }
        }
    }

    private func compare(
        _ subject: Subject, _ ledger: ReferenceLedger, _ random: inout SeededGenerator
    ) throws {
        let filter = EventFilter(family: .events, subject: subject)
        let count = Int.random(in: 1...400, using: &random)
        var found: [Event] = []
        var query = EntryQuery(filter: filter, count: count, before: nil)
        repeat {
            let page = try harness.entries(query)
            guard page.entries.count < count + Bounds.maxBatch * 2,
                page.next == nil || page.reached != nil
            else { throw different(query, "a page of \(page.entries.count)") }
            found += page.entries
            query.before = page.next
        } while query.before != nil
        let calls = found.filter { $0.subject != nil }.map { $0.moment.sequence }
        let expected = ledger.entries.filter { entry in
            guard !"AQKZ".contains(entry.letter),
                let call = entry.digest.flatMap({ ledger.reservations[$0]?.call })
            else { return false }
            return filter.fields.allSatisfy { field, value in
                call.subject[field].map { $0.utf8.elementsEqual(value.utf8) } ?? false
            }
        }
        guard calls == expected.map(\.sequence).reversed() else {
            throw different(query, "\(calls)\nreference: \(expected.reversed())")
        }
        guard filter.fields.isEmpty else { return }
        let acts = found.filter { $0.subject == nil }.map { $0.moment.sequence }
        let done = ledger.entries.filter { "AQK".contains($0.letter) }.map(\.sequence)
        guard acts == done.reversed() else {
            throw different(query, "\(acts)\nreference: \(done.reversed())")
        }
    }

    private func different(_ query: EntryQuery, _ what: String) -> RandomHistory.Difference {
        .init(description: "seed \(seed), entries of \(query.filter.subject): \(what)")
    }
}
