// A tenant's audit, fetched page by page and checked; then the journal is asked for what hashes
// can't tell: which line is missing where two do not fit together, and whether the newest are.

import BudgetModel
import RESP

/// One tenant's audit.
struct AuditTrail {
    let session: Session
    let tenant: String

    /// Checks it.
    ///
    /// - Parameter noted: a head that it had before.
    func verify(noted: AuditHead?) throws(Failure) -> AuditFindings {
        let progress = Progress()
        defer { progress.end() }
        var chain = AuditChain(noted: noted)
        var cursor: Int64?
        /// As of the first page: what is done meanwhile is not missing in it.
        var newest: Int64?
        repeat {
            let answer = try page("AUDIT", cursor)
            newest = newest ?? answer["seq"]?.integer
            for entry in answer["entries"]?.array ?? [] { chain.enter(try Self.line(entry)) }
            cursor = answer["next"]?.integer
            progress.show("audit: \(chain.count)")
        } while cursor != nil
        chain.finish()
        var findings = AuditFindings(count: chain.count, head: chain.head)
        if let broken = chain.fault {
            findings.fault = try explain(broken, progress)
        } else {
            let tail = try acts(
                after: chain.head?.sequence ?? 0, upTo: newest ?? 0, progress)
            findings.fault = tail.found.first.map { .missing($0) }
            findings.isTailKnown = tail.isWhole
        }
        if findings.fault == nil, !chain.hasNoted, let noted {
            findings.fault = .otherThanNoted(noted)
        }
        return findings
    }

    private func explain(
        _ broken: AuditChain.Break, _ progress: Progress
    ) throws(Failure) -> AuditFindings.Fault {
        let start = broken.before.map { $0.sequence - 1 } ?? 0
        let known = try acts(after: start, upTo: broken.line.sequence, progress)
        let own = Set([broken.before?.sequence, broken.line.sequence].compactMap { $0 })
        if let missing = known.found.first(where: { !own.contains($0) }) {
            return .missing(missing)
        }
        guard known.isWhole else { return .unclear(broken.line) }
        for line in [broken.before, broken.line].compactMap({ $0 })
        where !known.found.contains(line.sequence) { return .inserted(line) }
        return .changed(broken.line)
    }

    /// The acts that the journal has between two of its lines, and whether it reaches back so far.
    private func acts(
        after start: Int64, upTo end: Int64, _ progress: Progress
    ) throws(Failure) -> (found: [Int64], isWhole: Bool) {
        var found: [Int64] = []
        var isWhole: Bool?
        var cursor: Int64? = start
        while let from = cursor, from < end {
            let answer = try page("JOURNAL", from)
            for entry in answer["entries"]?.array ?? [] {
                guard let sequence = entry["seq"]?.integer, let text = entry["text"]?.string else {
                    throw Failure.notUnderstood("a line of the journal")
                }
                isWhole =
                    isWhole ?? (answer["trimmed"]?.integer == 0 || sequence <= start + 1)
                guard sequence <= end else { break }
                if let letter = text.first, "AQK".contains(letter) { found.append(sequence) }
            }
            cursor = answer["next"]?.integer
            progress.show("journal up to \(cursor.map { Sequence(value: $0).text } ?? "its end")")
        }
        return (found, isWhole ?? true)
    }

    private func page(_ verb: String, _ cursor: Int64?) throws(Failure) -> RESPValue {
        try session.ask(
            [verb, "tenant", tenant, "count", "1000"]
                + (cursor.map { $0 > 0 ? ["cursor", "\($0)"] : [] } ?? []))
    }

    private static func line(_ entry: RESPValue) throws(Failure) -> AuditChain.Line {
        guard let sequence = entry["seq"]?.integer, let text = entry["text"]?.string,
            let chain = entry["chain"]?.string
        else { throw Failure.notUnderstood("a line of the audit") }
        return AuditChain.Line(
            sequence: sequence, text: text, chain: chain, moment: Shown.moment(entry, "at_ms"))
    }
}
