// A tenant's books, fetched from a daemon page by page and compared: what is counted first, then
// the journal, which tells how it came to be. Whoever verifies books brings the connection. Of the
// rankings only so many names are looked at in one pass over the journal.

import BudgetModel
public import RESP

/// Asks a daemon for the books of its tenants.
public struct BooksReader<Fault: Error> {
    private let ask: ([String]) throws(Fault) -> RESPValue
    private let notUnderstood: (String) -> Fault
    private let tell: (String) -> Void
    private let isForbidden: (Fault) -> Bool
    private let mostNames: Int

    /// - Parameters:
    ///   - mostNames: names of rankings in one pass: some hundred megabytes of them and their sums.
    ///   - ask: sends a command and gives its reply, which is no error.
    ///   - notUnderstood: the fault of an answer without a field that it must have.
    ///   - tell: is told how far it is.
    ///   - isForbidden: whether a fault says that the caller may not ask that.
    public init(
        mostNames: Int = 500_000,
        ask: @escaping ([String]) throws(Fault) -> RESPValue,
        notUnderstood: @escaping (String) -> Fault, tell: @escaping (String) -> Void,
        isForbidden: @escaping (Fault) -> Bool
    ) {
        self.mostNames = mostNames
        self.ask = ask
        self.notUnderstood = notUnderstood
        self.tell = tell
        self.isForbidden = isForbidden
    }

    /// Compares one tenant's counters, holds, totals and rankings with its journal.
    ///
    /// - Parameter tenant: nil for the one that the daemon takes where none is named.
    public func verify(_ tenant: String?) throws(Fault) -> (tenant: String, findings: Findings) {
        let (tenant, pages) = try counters(tenant)
        let audit = try audit(tenant)
        let names = pages.flatMap(\.rankings).reduce(0) { $0 + $1.count }
        var part = RankingBooks.Part(number: 0, count: max(1, names / mostNames))
        var verification: Verification?
        var books = try rankings(tenant, pages, part)
        try play(tenant) { isTrimmed, lines in
            var current =
                verification
                ?? Verification(tenant: tenant, pages: pages, isTrimmed: isTrimmed, audit: audit)
            if isTrimmed { books.trim() }
            for line in lines {
                current.enter(line)
                books.enter(line)
            }
            verification = current
            return current.isComplete && books.isComplete
        }
        guard var verification else { throw notUnderstood("there is no journal") }
        var findings = verification.finish()
        try finish(&books, of: tenant, &findings)
        for number in 1..<part.count {
            part.number = number
            books = try rankings(tenant, pages, part)
            try play(tenant) { isTrimmed, lines in
                if isTrimmed { books.trim() }
                for line in lines { books.enter(line) }
                return books.isComplete
            }
            try finish(&books, of: tenant, &findings)
        }
        let left = findings.uncomparedRankings
        if left > 0 {
            findings.notes.append(
                ReadableNumber.counted(left, "ranking") + (left == 1 ? " was" : " were")
                    + " not compared: \(books.whySkipped)")
        }
        return (tenant, findings)
    }

    /// Tells the journal's lines page by page, until it is enough.
    private func play(
        _ tenant: String, _ take: (_ isTrimmed: Bool, _ lines: [JournalLine]) -> Bool
    ) throws(Fault) {
        var cursor: Int64?
        var isEnough = false
        repeat {
            let answer = try page("JOURNAL", tenant, cursor)
            var lines: [JournalLine] = []
            for entry in answer["entries"]?.array ?? [] { lines.append(try line(entry)) }
            isEnough = take(answer["trimmed"]?.integer == 1, lines)
            cursor = answer["next"]?.integer
            tell("journal up to \(cursor.map { Sequence(value: $0).text } ?? "its end")")
        } while cursor != nil && !isEnough
    }

    // MARK: Rankings

    /// All pages of the rankings, with the names of one part.
    private func rankings(
        _ tenant: String, _ pages: [CountersPage], _ part: RankingBooks.Part
    ) throws(Fault) -> RankingBooks {
        var own: [CountersPage] = []
        func add(_ page: CountersPage) {
            var page = page
            for place in page.rankings.indices {
                page.rankings[place].members.removeAll { !part.has(ExactText($0.name)) }
            }
            own.append(page)
        }
        // SCAN may have told a key twice.
        var known: Set<ExactText> = []
        var large: [String] = []
        for page in pages {
            var page = page
            page.next = nil
            page.rankings.removeAll { !known.insert(ExactText($0.key)).inserted }
            large += page.rankings.filter { $0.members.count < $0.count }.map(\.key)
            page.rankings.removeAll { $0.members.count < $0.count }
            add(page)
        }
        for (number, key) in large.enumerated() {
            var cursor: Int64?
            repeat {
                let page = try ranking(key, tenant, cursor)
                add(page)
                cursor = page.next.map(Int64.init)
            } while cursor != nil
            tell("rankings: \(number + 1) of \(large.count)")
        }
        return RankingBooks(tenant: tenant, pages: own, part: part)
    }

    private func ranking(
        _ key: String, _ tenant: String, _ cursor: Int64?
    ) throws(Fault) -> CountersPage {
        let page = try counters(try page("COUNTERS", tenant, cursor, ["key", key]))
        guard page.rankings.count == 1 else { throw notUnderstood("rankings") }
        return page
    }

    private func finish(
        _ books: inout RankingBooks, of tenant: String, _ findings: inout Findings
    ) throws(Fault) {
        for key in books.finish() { books.confirm(try ranking(key, tenant, nil)) }
        findings.add(books)
    }

    private func counters(
        _ asked: String?
    ) throws(Fault) -> (tenant: String, pages: [CountersPage]) {
        var pages: [CountersPage] = []
        var tenant = asked
        var cursor: Int64?
        repeat {
            let answer = try page("COUNTERS", tenant, cursor)
            if tenant == nil { tenant = try text(answer, "tenant") }
            pages.append(try counters(answer))
            cursor = answer["next"]?.integer
            tell("counters: \(pages.reduce(0) { $0 + $1.hashes.count })")
        } while cursor != nil
        guard let tenant else { throw notUnderstood("tenant") }
        return (tenant, pages)
    }

    /// Nil where the caller may not see it.
    private func audit(_ tenant: String) throws(Fault) -> [AuditLine]? {
        var lines: [AuditLine] = []
        var cursor: Int64?
        repeat {
            let answer: RESPValue
            do {
                answer = try page("AUDIT", tenant, cursor)
            } catch {
                guard isForbidden(error) else { throw error }
                return nil
            }
            for entry in answer["entries"]?.array ?? [] {
                lines.append(
                    AuditLine(
                        sequence: Sequence(value: try number(entry, "seq")),
                        text: try text(entry, "text"), chain: try text(entry, "chain"), entry: nil))
            }
            cursor = answer["next"]?.integer
            tell("audit: \(lines.count)")
        } while cursor != nil
        return lines
    }

    private func page(
        _ verb: String, _ tenant: String?, _ cursor: Int64?, _ more: [String] = []
    ) throws(Fault) -> RESPValue {
        try ask(
            [verb, "count", "1000"] + (tenant.map { ["tenant", $0] } ?? [])
                + (cursor.map { ["cursor", "\($0)"] } ?? []) + more)
    }

    private func line(_ entry: RESPValue) throws(Fault) -> JournalLine {
        JournalLine(
            moment: try moment(entry, "at_ms"), key: try text(entry, "key"),
            text: try text(entry, "text"))
    }

    private func counters(_ answer: RESPValue) throws(Fault) -> CountersPage {
        var page = CountersPage(
            holds: [], hashes: [], keepRunsMs: try number(answer, "keep_runs_ms"),
            keepLateCommitMs: try number(answer, "keep_late_commit_ms"),
            next: answer["next"]?.integer.map(Int.init),
            moment: try moment(answer, "now_ms"))
        for hold in answer["holds"]?.array ?? [] {
            page.holds.append(
                .init(
                    key: try text(hold, "key"), deadline: try number(hold, "expires_at_ms"),
                    record: hold["record"]?.string))
        }
        for hash in answer["counters"]?.array ?? [] {
            let values = (hash["values"]?.array ?? []).map { $0.string ?? "?" }
            page.hashes.append(.init(key: try text(hash, "key"), values: values))
        }
        for set in answer["sets"]?.array ?? [] { page.sets.append(try self.set(set)) }
        for set in answer["rankings"]?.array ?? [] { page.rankings.append(try self.set(set)) }
        page.rolled = (answer["rolled"]?.array ?? []).map { $0.string ?? "?" }
        page.wrongTypes = (answer["wrong_types"]?.array ?? []).map { $0.string ?? "?" }
        let steering = (answer["steering"]?.array ?? []).map { $0.string ?? "?" }
        if !steering.isEmpty { page.steering = .init(key: "", values: steering) }
        return page
    }

    private func set(_ set: RESPValue) throws(Fault) -> CountersPage.SortedSet {
        let values = set["members"]?.array ?? []
        return .init(
            key: try text(set, "key"), count: Int(try number(set, "count")),
            members: stride(from: 0, to: values.count - 1, by: 2).map {
                (values[$0].string ?? "?", values[$0 + 1].integer)
            })
    }

    private func moment(_ map: RESPValue, _ time: String) throws(Fault) -> Moment {
        Moment(sequence: Sequence(value: try number(map, "seq")), now: try number(map, time))
    }

    private func text(_ map: RESPValue, _ field: String) throws(Fault) -> String {
        guard let text = map[field]?.string else { throw notUnderstood(field) }
        return text
    }

    private func number(_ map: RESPValue, _ field: String) throws(Fault) -> Int64 {
        guard let number = map[field]?.integer else { throw notUnderstood(field) }
        return number
    }
}
