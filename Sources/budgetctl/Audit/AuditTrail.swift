// A tenant's audit, fetched page by page and checked: by its hashes, and against the acts in the
// journal, which tells what hashes that were computed anew can't, and which line is missing where
// two do not fit together.

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
        var lines: [AuditChain.Line] = []
        var cursor: Int64?
        /// As of the first page: what is done meanwhile is not missing in it.
        var newest: Int64?
        repeat {
            let answer = try page("AUDIT", cursor)
            newest = newest ?? answer["seq"]?.integer
            for entry in answer["entries"]?.array ?? [] {
                let line = try Self.line(entry)
                chain.enter(line)
                lines.append(line)
            }
            cursor = answer["next"]?.integer
            progress.show("audit: \(lines.count)")
        } while cursor != nil
        chain.finish()
        let journal = try journal(upTo: newest ?? 0, progress)
        var findings = AuditFindings(
            count: lines.count, head: chain.head, since: journal.since,
            compared: lines.count { journal.reaches($0.sequence) })
        findings.fault = Self.fault(chain.fault, lines, journal)
        if findings.fault == nil, !chain.hasNoted, let noted {
            findings.fault = .otherThanNoted(noted)
        }
        return findings
    }

    /// The oldest line that is not as it was written.
    private static func fault(
        _ broken: AuditChain.Break?, _ lines: [AuditChain.Line], _ journal: JournalActs
    ) -> AuditFindings.Fault? {
        var faults = journal.faults(lines)
        if let broken {
            let start = broken.before?.sequence ?? 0
            let between = start...max(start, broken.line.sequence)
            if !faults.contains(where: { between.contains($0.sequence) }) {
                let isKnown = journal.reaches(start)
                faults.append(isKnown ? .changed(broken.line) : .unclear(broken.line))
            }
        }
        return faults.min { $0.sequence < $1.sequence }
    }

    /// The acts that the journal has up to one of its entries.
    private func journal(upTo newest: Int64, _ progress: Progress) throws(Failure) -> JournalActs {
        var acts = JournalActs(upTo: newest)
        var cursor: Int64? = 0
        while let from = cursor, from < newest {
            let answer = try page("JOURNAL", from)
            for entry in answer["entries"]?.array ?? [] {
                guard let sequence = entry["seq"]?.integer, let at = entry["at_ms"]?.integer,
                    let key = entry["key"]?.string, let text = entry["text"]?.string
                else { throw Failure.notUnderstood("a line of the journal") }
                acts.enter(sequence, at: at, key: key, text: text)
            }
            cursor = answer["next"]?.integer
            progress.show("journal up to \(cursor.map { Sequence(value: $0).text } ?? "its end")")
        }
        // Asked for now, since it may have been trimmed while it was read.
        let first = try page("JOURNAL", nil, count: 1)
        if first["trimmed"]?.integer == 1, let entry = first["entries"]?.array?.first {
            acts.since = (entry["seq"]?.integer ?? .max, Shown.moment(entry, "at_ms"))
        }
        return acts
    }

    private func page(
        _ verb: String, _ cursor: Int64?, count: Int = 1000
    ) throws(Failure) -> RESPValue {
        try session.ask(
            [verb, "tenant", tenant, "count", "\(count)"]
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
