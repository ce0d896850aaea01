// Cursors that are told sealed, and pages that are as full however much others have.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct ScanCursorTests {
    typealias F = PromiseFixture

    @Test func whatIsSealedIsOpenedByItsOwnOnly() throws {
        for position: UInt64 in [0, 1, 2, 640, 1 << 20, 1 << 32, 1 << 36 - 1] {
            for part in [ScanCursor.Part.holds, .hashes] {
                let cursor = ScanCursor(part, position)
                let sealed = try #require(cursor.sealed(tenant: "acme", secret: "r1"))
                #expect((0..<1 << 52).contains(sealed))
                #expect(ScanCursor(sealed, tenant: "acme", secret: "r1") == cursor)
                #expect(ScanCursor(sealed, tenant: "other", secret: "r1") == nil)
                #expect(ScanCursor(sealed, tenant: "acme", secret: "r2") == nil)
            }
        }
        #expect(ScanCursor(.hashes, 1 << 36).sealed(tenant: "acme", secret: "r1") == nil)
        for made in [-1, 1, 2, 1 << 52, Int.max] {
            #expect(ScanCursor(made, tenant: "acme", secret: "r1") == nil, "\(made)")
        }
    }

    /// The positions that SCAN tells have few bits in small stores; sealed they have any.
    @Test func aSealedCursorTellsNothing() {
        let sealed = (0..<256).compactMap {
            ScanCursor(.hashes, $0).sealed(tenant: "acme", secret: "r")
        }
        #expect(Set(sealed).count == 256)
        for bit in 0..<52 {
            let set = sealed.count { $0 >> bit & 1 == 1 }
            #expect((80...176).contains(set), "bit \(bit): \(set)")
        }
    }

    private func pages(_ fixture: F, _ count: Int) throws -> [CountersPage] {
        var pages: [CountersPage] = []
        var cursor: Int? = 0
        while let from = cursor {
            let page = try fixture.harness.books {
                $0.counters(tenant: "acme", count: count, cursor: from, completion: $1)
            }
            pages.append(page)
            cursor = page.next
        }
        return pages
    }

    private func fill(_ fixture: F, _ users: Int) throws {
        for user in 0..<users {
            let admission = fixture.admission(.charge, fixture.subject("u\(user)"))
            _ = try fixture.harness.perform(.admit(admission))
        }
    }

    /// A tenant of 40 keys among 20,000 of others: as many pages, nearly, as where it is alone.
    @Test func othersMakeItsPagesNoEmptier() throws {
        let alone = try F([F.limit(.cost, 100)])
        let among = try F([F.limit(.cost, 100)])
        for fixture in [alone, among] { try fill(fixture, 40) }
        for index in 0..<20 {
            let words = (0..<1000).flatMap { ["b:{other}:w:user=\(index)-\($0):L", "x"] }
            _ = try among.redis.command(["MSET"] + words)
        }
        let own = try pages(alone, 10)
        let all = try pages(among, 10)
        for pages in [own, all] {
            #expect(Set(pages.flatMap { $0.hashes.map(\.key) }).count == 40)
            // The last may be what is left.
            #expect(pages.dropFirst().dropLast().allSatisfy { $0.hashes.count >= 10 })
        }
        #expect(abs(own.count - all.count) <= 2, "\(own.count) \(all.count)")
    }

    @Test func aCursorOfAnotherTenantIsRefused() throws {
        let fixture = try F([F.limit(.cost, 100)])
        try fill(fixture, 40)
        let cursor = try #require(try pages(fixture, 5)[1].next)
        let refusal = #expect(throws: BudgetError.self) {
            try fixture.harness.books {
                $0.counters(tenant: "other", count: 5, cursor: cursor, completion: $1)
            }
        }
        #expect(refusal?.code == .badArgument)
    }
}
