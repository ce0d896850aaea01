// A tenant's books, fetched from a daemon page by page and compared: what is counted first, then
// the journal, which tells how it came to be. Whoever verifies books brings the connection.

import BudgetModel
public import RESP

/// Asks a daemon for the books of its tenants.
public struct BooksReader<Fault: Error> {
    private let ask: ([String]) throws(Fault) -> RESPValue
    private let notUnderstood: (String) -> Fault
    private let tell: (String) -> Void
    private let isForbidden: (Fault) -> Bool

    /// - Parameters:
    ///   - ask: sends a command and gives its reply, which is no error.
    ///   - notUnderstood: the fault of an answer without a field that it must have.
    ///   - tell: is told how far it is.
    ///   - isForbidden: whether a fault says that the caller may not ask that.
    public init(
        ask: @escaping ([String]) throws(Fault) -> RESPValue,
        notUnderstood: @escaping (String) -> Fault, tell: @escaping (String) -> Void,
        isForbidden: @escaping (Fault) -> Bool
    ) {
        self.ask = ask
        self.notUnderstood = notUnderstood
        self.tell = tell
        self.isForbidden = isForbidden
    }

    /// Compares one tenant's counters, holds and totals with its journal.
    ///
    /// - Parameter tenant: nil for the one that the daemon takes where none is named.
    public func verify(_ tenant: String?) throws(Fault) -> (tenant: String, findings: Findings) {
        let (tenant, pages) = try counters(tenant)
        let audit = try audit(tenant)
        var cursor: Int64?
        var verification: Verification?
        repeat {
            let answer = try page("JOURNAL", tenant, cursor)
            var current =
                verification
                ?? Verification(
                    tenant: tenant, pages: pages, isTrimmed: answer["trimmed"]?.integer == 1,
                    audit: audit)
            for entry in answer["entries"]?.array ?? [] { current.enter(try line(entry)) }
            verification = current
            cursor = answer["next"]?.integer
            tell("journal up to \(cursor.map { Sequence(value: $0).text } ?? "its end")")
        } while cursor != nil && verification?.isComplete == false
        guard var verification else { throw notUnderstood("there is no journal") }
        return (tenant, verification.finish())
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
        _ verb: String, _ tenant: String?, _ cursor: Int64?
    ) throws(Fault) -> RESPValue {
        try ask(
            [verb, "count", "1000"] + (tenant.map { ["tenant", $0] } ?? [])
                + (cursor.map { ["cursor", "\($0)"] } ?? []))
    }

    private func line(_ entry: RESPValue) throws(Fault) -> JournalLine {
        JournalLine(
            moment: try moment(entry, "at_ms"), key: try text(entry, "key"),
            text: try text(entry, "text"))
    }

    private func counters(_ answer: RESPValue) throws(Fault) -> CountersPage {
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
        for set in answer["sets"]?.array ?? [] {
            let values = set["members"]?.array ?? []
            page.sets.append(
                .init(
                    key: try text(set, "key"), count: Int(try number(set, "count")),
                    members: stride(from: 0, to: values.count - 1, by: 2).map {
                        (values[$0].string ?? "?", values[$0 + 1].integer)
                    }))
        }
        page.wrongTypes = (answer["wrong_types"]?.array ?? []).map { $0.string ?? "?" }
        let steering = (answer["steering"]?.array ?? []).map { $0.string ?? "?" }
        if !steering.isEmpty { page.steering = .init(key: "", values: steering) }
        return page
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
