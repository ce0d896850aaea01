// How much is told when: telling takes a share of time and no more, and what there is no time for
// comes later, or is left out behind a gap that says so.

import BudgetModel
import Testing

@testable import BudgetService

@Suite struct TellingTests {
    private let journal = TestJournal()
    private let hub: EventHub

    init() { hub = EventHub(port: journal) }

    @Test func aThousandReadersAreToldABitAtATime() {
        var readers = (0..<1000).map { _ in hub.watch() }
        journal.add(repeatElement("ann", count: 50))
        hub.tick()
        let first = readers.count { !$0.told.isEmpty }
        #expect((1..<200).contains(first), "\(first) writes at once")
        for _ in 0..<9 { hub.tick() }
        // What a second has time for: a two-hundredth of it, and 25 µs for ten messages.
        let second = readers.reduce(0) { $0 + $1.tellings.count }
        #expect((150..<500).contains(second), "\(second) writes in a second")
        // One that begins while the others are being told is told only what comes from then on.
        let late = hub.watch()
        journal.add(repeatElement("bob", count: 30))
        hub.tick { late.told.count == 30 && readers.allSatisfy { $0.told.count == 80 } }
        #expect(late.told == Array(51...80))
        readers.removeAll { $0.told == Array(1...80) }
        #expect(readers.isEmpty, "not told each once and in order: \(readers.first?.told ?? [])")
    }

    @Test func whoWatchesSomebodyWaitsForNoneOfThem() {
        let readers = (0..<1000).map { _ in hub.watch() }
        let ann = hub.watch("ann")
        journal.add((0..<2000).map { $0.isMultiple(of: 100) ? "ann" : "bob" })
        for _ in 0..<3 { hub.tick() }
        #expect(ann.told.count == 20)
        for _ in 0..<150 {
            journal.add(["ann", "bob"])
            hub.tick()
        }
        #expect(ann.told.count == 170)
        #expect(ann.gaps.isEmpty)
        #expect(readers.allSatisfy { $0.told.count < 2000 })
    }

    @Test func whoIsFarBehindGoesOnWithNow() throws {
        let readers = (0..<100).map { _ in hub.watch() }
        for _ in 0..<600 {
            journal.add(repeatElement("ann", count: 100))
            hub.tick()
        }
        let newest = Int64(journal.entries.count)
        hub.tick { readers.allSatisfy { $0.told.last == newest } }
        for reader in readers {
            let gaps = Dictionary(
                reader.gaps.map { ($0.number, $0.entries) }, uniquingKeysWith: +)
            try #require(gaps.count > 1)
            var last: Int64 = 0
            for number in reader.told {
                // A gap says how many there are between what is before it and what is behind it.
                last += gaps[number] ?? 1
                guard last == number else { break }
            }
            try #require(last == newest)
        }
    }

    @Test func whoWatchesTooManyMissesSomeAlone() {
        let ann = hub.watch("ann")
        let others = (0..<100).map { _ in hub.watch("ann") }
        let bob = hub.watch("bob")
        journal.add((1...40_000).map { $0.isMultiple(of: 1000) ? "bob" : "ann" })
        hub.tick { bob.told.last == 40_000 }
        #expect(bob.told == Array(stride(from: 1000, through: 40_000, by: 1000)))
        hub.tick { ann.told.last == 39_999 }
        #expect(!ann.gaps.isEmpty)
        #expect(zip(ann.told, ann.told.dropFirst()).allSatisfy { $0 < $1 })
        let leftOut = ann.gaps.reduce(0) { $0 + $1.entries }
        #expect(Int64(ann.told.count - ann.gaps.count) + leftOut == 40_000 - 40)
        #expect(others.allSatisfy { !$0.gaps.isEmpty })
    }

    @Test func readingTakesAShareOfTimeWhoeverReads() throws {
        let ann = hub.watch("ann")
        let all = hub.watch()
        // Fifty thousand a second, of which a hundred are told.
        for _ in 0..<300 {
            journal.add((0..<5000).map { $0 == 2500 ? "ann" : "bob" })
            hub.tick()
        }
        let looked = Double(journal.looked) / 30
        #expect((5_000..<12_000).contains(looked), "\(looked) entries read in a second")
        // It is told what is now, at least every ten seconds, and how much is left out.
        let left = ann.gaps.map(\.entries)
        try #require(left.count >= 2)
        #expect(left.allSatisfy { $0 > 100_000 })
        // When there is less to read, it is told all that is left.
        hub.tick { ann.told.last == 1_497_501 }
        let before = journal.looked
        for _ in 0..<100 {
            journal.add((0..<400).map { $0 == 200 ? "ann" : "bob" })
            hub.tick()
        }
        hub.tick { ann.told.last == 1_500_000 + 99 * 400 + 201 }
        #expect(ann.told.suffix(100).elementsEqual((0..<100).map { 1_500_201 + Int64($0) * 400 }))
        #expect(journal.looked > before)
        #expect(all.told.last.map { $0 > 1_400_000 } == true)
    }

    @Test func aThousandTenantsAreAskedInTurn() {
        let readers = (0..<1000).map { hub.watch("ann", tenant: "t\($0)") }
        for _ in 0..<100 { hub.tick() }
        #expect((14_000..<20_000).contains(journal.questions), "\(journal.questions) in 10 s")
        // Each has its turn within a second, and what is told takes a second more.
        journal.add(["ann"])
        for _ in 0..<20 { hub.tick() }
        #expect(readers.allSatisfy { $0.told == [1] })
    }

    @Test func whoBeganLongAgoReadsBitByBit() {
        journal.add((1...100_000).map { $0.isMultiple(of: 50_000) ? "ann" : "bob" })
        let ann = hub.watch("ann", since: 1)
        hub.tick()
        #expect((1..<5000).contains(journal.looked))
        for _ in 0..<69 { hub.tick() }
        #expect((40_000..<80_000).contains(journal.looked), "\(journal.looked) in seven seconds")
        #expect(ann.told == [50_000])
        hub.tick { ann.told.count == 2 }
        #expect(ann.told == [50_000, 100_000])
        #expect(ann.gaps.isEmpty)
    }

    @Test func aGapSaysWhenWhereThatIsKnown() throws {
        func json(_ reader: TestReader) -> String? {
            reader.messages.first.map { String(decoding: $0.json(for: .ops), as: UTF8.self) }
        }
        // Both saw more than there is now: of an empty journal nothing is known.
        let empty = try #require(json(hub.watch(since: 5)))
        #expect(empty.contains(#""kind":"gap""#) && !empty.contains("at_ms"))
        journal.add(["ann"])
        #expect(json(hub.watch(since: 5))?.contains(#""at_ms":1,"kind":"gap""#) == true)
    }

    @Test func aJournalThatIsAwayForLongIsNoGap() {
        let all = hub.watch()
        let ann = hub.watch("ann")
        journal.add(repeatElement("ann", count: 300))
        hub.tick()
        journal.isAway = true
        journal.add(repeatElement("ann", count: 700))
        for _ in 0..<500 { hub.tick() }
        journal.isAway = false
        hub.tick { all.told.count == 1000 && ann.told.count == 1000 }
        #expect(all.told == Array(1...1000))
        #expect(ann.told == Array(1...1000))
    }

    @Test func aLateReaderWithoutRoomHoldsNobodyUp() {
        journal.add(repeatElement("ann", count: 1000))
        let slow = hub.watch(since: 0)
        slow.hasRoom = false
        let never = hub.watch(since: 0)
        never.hasRoom = false
        let quick = hub.watch("ann", since: 400)
        hub.tick { quick.told.count == 600 }
        #expect(quick.told == Array(401...1000))
        #expect(slow.told.isEmpty)
        slow.hasRoom = true
        journal.add(repeatElement("ann", count: 100))
        hub.tick { slow.told.count == 1100 && quick.told.count == 700 }
        #expect(slow.told == Array(1...1100))
        #expect(quick.told == Array(401...1100))
        for _ in 0..<590 { hub.tick() }
        #expect(!never.isEnded)
        for _ in 0..<20 { hub.tick() }
        #expect(never.isEnded)
        #expect(!slow.isEnded && !quick.isEnded)
    }

    @Test func denialsKeepTheirPlaces() {
        let ann = hub.watch("ann")
        let all = hub.watch()
        journal.add(repeatElement("ann", count: 200))
        // Each loop tells its own, so that they come in some order.
        hub.tell([150, 20, 20, 200].map(denial))
        hub.tick { ann.told.count == 204 && all.told.count == 204 }
        for reader in [ann, all] {
            #expect(reader.told == ([20, 20, 150, 200] + Array(1...200)).sorted())
            #expect(reader.messages.filter { !$0.isEntry }.count == 4)
        }
    }

    private func denial(_ number: Int64) -> Event {
        guard case .call(let call) = TestJournal.charge(number, "ann").matter else {
            preconditionFailure("a charge is a call")
        }
        return Event(
            tenant: TestJournal.tenant,
            moment: Moment(sequence: .init(epoch: 1, number: number), now: 1),
            matter: .denied(
                .init(
                    call: call.call, reason: .suspended, limit: nil, scope: nil, message: "")))
    }
}
