// Pages of an audit of which some lines are wanted: bounded, and all of them are found.

import BudgetModel
import Testing

@testable import BudgetStore

@Suite struct AuditPageTests {
    /// An audit, the newest line last: the numbers of those that `ann` is about.
    private struct Audit {
        let count: Int
        let ann: Set<Int>

        private func line(_ number: Int) -> AuditLine {
            let sequence = Sequence(epoch: 1, number: Int64(number))
            return AuditLine(
                sequence: sequence, text: "", chain: "",
                entry: AuditEntry(
                    moment: Moment(sequence: sequence, now: Int64(number)), actor: "x",
                    action: "set", scope: ann.contains(number) ? "user=ann" : "user=bob",
                    limit: nil, measure: nil, before: .active, after: .active, reason: "x"))
        }

        /// Walks a page as Redis would be asked; tells how many looks it took.
        func page(_ query: AuditQuery) -> (page: Page<AuditLine>, looks: Int) {
            var walk = AuditWalk(query)
            var looks = 0
            while !walk.isDone {
                let before = walk.start == "+" ? count + 1 : Int(walk.start.dropFirst(3)) ?? 0
                let newest = before - 1
                let lines = stride(from: newest, to: max(0, newest - walk.size), by: -1).map(line)
                walk.take(lines, Moment(sequence: Sequence(epoch: 1, number: 9), now: Int64(looks)))
                looks += 1
            }
            return (walk.page, looks)
        }

        /// All pages of a query: the numbers of their lines, page by page.
        func pages(
            of user: String?, by size: Int, _ change: (inout AuditQuery) -> Void = { _ in }
        ) -> [[Int]] {
            var subject = Subject(tenant: "acme")
            subject.user = user
            var pages: [[Int]] = []
            var before: Sequence?
            repeat {
                var query = AuditQuery(subject: subject, count: size, before: before)
                change(&query)
                let (page, looks) = page(query)
                #expect(looks <= 16)
                #expect(page.elements.count <= size)
                pages.append(page.elements.map { Int($0.entry?.moment.now ?? 0) })
                let next = page.next.flatMap { Sequence(text: $0) }
                #expect(next == nil || before == nil || next != before, "it goes on")
                before = next
            } while before != nil && pages.count < 10_000
            return pages
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 255, 256, 257, 4096, 4097, 9000])
    func everyPageIsFoundOnce(_ count: Int) {
        let some = Set(stride(from: 1, through: count, by: 3))
        let audit = Audit(count: count, ann: some)
        for size in [1, 2, 3, 100, 1000] where count / size < 2000 {
            #expect(
                audit.pages(of: nil, by: size).flatMap(\.self)
                    == Array((1...max(1, count)).reversed()).filter { $0 <= count })
            #expect(audit.pages(of: "ann", by: size).flatMap(\.self) == some.sorted(by: >))
            #expect(audit.pages(of: "nobody", by: size).flatMap(\.self).isEmpty)
        }
    }

    /// A page ends after some thousand lines, and says that there may be more.
    @Test func aRareLineIsReachedPageByPage() {
        let pages = Audit(count: 10_000, ann: [3]).pages(of: "ann", by: 100)
        #expect(pages == [[], [], [3]])
    }

    @Test func whatIsOlderEndsIt() {
        let audit = Audit(count: 100_000, ann: [99_990])
        let pages = audit.pages(of: "ann", by: 10) { $0.since = 99_980 }
        #expect(pages == [[99_990]])
        let between = audit.pages(of: nil, by: 3) {
            $0.since = 99_000
            $0.until = 99_004
        }
        #expect(between.flatMap(\.self) == [99_003, 99_002, 99_001, 99_000])
    }

    /// As of when the first look was.
    @Test func aPageIsOfTheMomentInWhichItBegan() {
        var subject = Subject(tenant: "acme")
        subject.user = "ann"
        let query = AuditQuery(subject: subject, count: 1, before: nil)
        let (page, looks) = Audit(count: 600, ann: []).page(query)
        #expect(looks == 3)
        #expect(page.moment.now == 0)
    }
}
