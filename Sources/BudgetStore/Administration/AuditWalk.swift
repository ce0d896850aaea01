// The way back through an audit for one page of it. A pure value: it says where to look next, and
// is told what was found. Times and names have no index, so what is left out is looked at too; a
// page therefore ends when it has enough, or after so many lines, and the next one goes on.

import BudgetModel

struct AuditWalk {
    /// Lines that Redis reads out in one go where some are left out: some 0.3 ms of its time.
    private static let linesOfALook = 256
    /// Looks for one page: it reaches back over 4,096 lines at least, or to the first one.
    private static let mostLooks = 16

    let query: AuditQuery
    private var found: [AuditLine] = []
    private var looks = 0
    private var moment: Moment?
    private var next: Sequence?
    private(set) var isDone = false

    init(_ query: AuditQuery) {
        self.query = query
        next = query.before
    }

    /// How many lines to look at: one more than are wanted tells whether there are more.
    var size: Int { query.isFiltered ? Self.linesOfALook : query.count + 1 }

    /// Where to look next, as XREVRANGE takes it; nothing can be before the first of all ids.
    var start: String { next.map { ($0.value > 0 ? "(" : "") + $0.text } ?? "+" }

    /// Takes what a look found.
    ///
    /// - Parameter lines: the newest first.
    mutating func take(_ lines: [AuditLine], _ moment: Moment) {
        looks += 1
        self.moment = self.moment ?? moment
        let isFull = lines.count >= size
        for (index, line) in lines.enumerated() {
            guard !query.ends(at: line) else { return finish(before: nil) }
            guard query.takes(line) else { continue }
            found.append(line)
            guard found.count < query.count else {
                return finish(before: isFull || index + 1 < lines.count ? line.sequence : nil)
            }
        }
        next = isFull ? lines.last?.sequence : nil
        isDone = next == nil || looks >= Self.mostLooks
    }

    private mutating func finish(before next: Sequence?) {
        self.next = next
        isDone = true
    }

    var page: Page<AuditLine> {
        guard let moment else { preconditionFailure("a page is made of looks") }
        return Page(elements: found, next: next?.text, moment: moment)
    }
}
