// A tenant's books, fetched page by page: what is counted first, then the journal, which tells how
// it came to be.

import BudgetModel
import BudgetStore
import RESP

/// One tenant's books.
struct Books {
    let session: Session
    let tenant: String

    /// Compares them.
    func verify() throws(Failure) -> Findings {
        let progress = Progress()
        defer { progress.end() }
        let pages = try counters(progress)
        var cursor: Int64?
        var verification: Verification?
        repeat {
            let answer = try page("JOURNAL", cursor)
            var current =
                verification
                ?? Verification(
                    tenant: tenant, pages: pages, isTrimmed: answer["trimmed"]?.integer == 1)
            for entry in answer["entries"]?.array ?? [] { current.enter(try Self.line(entry)) }
            verification = current
            cursor = answer["next"]?.integer
            progress.show("journal up to \(cursor.map { Sequence(value: $0).text } ?? "its end")")
        } while cursor != nil && verification?.isComplete == false
        guard var verification else { throw Failure.notUnderstood("there is no journal") }
        return verification.finish()
    }

    private func counters(_ progress: Progress) throws(Failure) -> [CountersPage] {
        var pages: [CountersPage] = []
        var cursor: Int64?
        repeat {
            let answer = try page("COUNTERS", cursor)
            pages.append(try Self.counters(answer))
            cursor = answer["next"]?.integer
            progress.show("counters: \(pages.reduce(0) { $0 + $1.hashes.count })")
        } while cursor != nil
        return pages
    }

    private func page(_ verb: String, _ cursor: Int64?) throws(Failure) -> RESPValue {
        try session.ask(
            [verb, "tenant", tenant, "count", "1000"]
                + (cursor.map { ["cursor", "\($0)"] } ?? []))
    }

    private static func line(_ entry: RESPValue) throws(Failure) -> JournalLine {
        JournalLine(
            moment: try moment(entry, "at_ms"), key: try text(entry, "key"),
            text: try text(entry, "text"))
    }

    private static func counters(_ answer: RESPValue) throws(Failure) -> CountersPage {
        var page = CountersPage(
            holds: [], hashes: [], keepRunsMs: try number(answer, "keep_runs_ms"),
            keepLateCommitMs: try number(answer, "keep_late_commit_ms"), next: nil,
            moment: try moment(answer, "now_ms"))
        for hold in answer["holds"]?.array ?? [] {
            page.holds.append(
                .init(key: try text(hold, "key"), deadline: try number(hold, "expires_at_ms")))
        }
        for hash in answer["counters"]?.array ?? [] {
            let values = (hash["values"]?.array ?? []).map { $0.string ?? "?" }
            page.hashes.append(.init(key: try text(hash, "key"), values: values))
        }
        return page
    }

    private static func moment(_ map: RESPValue, _ time: String) throws(Failure) -> Moment {
        Moment(sequence: Sequence(value: try number(map, "seq")), now: try number(map, time))
    }

    private static func text(_ map: RESPValue, _ field: String) throws(Failure) -> String {
        guard let text = map[field]?.string else { throw Failure.notUnderstood(field) }
        return text
    }

    private static func number(_ map: RESPValue, _ field: String) throws(Failure) -> Int64 {
        guard let number = map[field]?.integer else { throw Failure.notUnderstood(field) }
        return number
    }
}
