// What became of checking an audit, for people and as JSON.

import BudgetModel
import RESP

struct AuditFindings {
    /// The first thing that is not as it was written.
    enum Fault {
        case changed(AuditChain.Line)
        case missing(Int64)
        case inserted(AuditChain.Line)
        /// One of those; the journal does not reach back so far.
        case unclear(AuditChain.Line)
        case otherThanNoted(AuditHead)
    }

    let count: Int
    let head: AuditHead?
    /// The journal's oldest entry, and when that was; nil where nothing of it is gone.
    let since: (sequence: Int64, moment: String)?
    /// How many lines the journal reaches back to.
    let compared: Int
    var fault: Fault?

    /// For people.
    var text: String {
        if let fault { return Style.red(Text.printable(fault.text)) }
        let all = count == 1 ? "the only line is as it was" : "all \(count) lines are as they were"
        var lines = [Style.green(all + " written")]
        if let since {
            lines.append(
                "the journal reaches back to \(Sequence(value: since.sequence).text) of "
                    + "\(since.moment), and has an act for each line since, \(compared) in all; "
                    + "the older ones, \(count - compared), are told by their hashes alone, and "
                    + "by --head")
        } else if count > 0 {
            lines.append(
                "the journal has an act for each of them; who did it and why is told by the hashes "
                    + "alone, and by --head")
        }
        if let head { lines.append("head \(head.text)") }
        return lines.joined(separator: "\n")
    }

    func answer(_ tenant: String) -> RESPValue {
        let pairs: [(String, RESPValue)] = [
            ("tenant", .bulk(tenant)), ("agrees", .integer(fault == nil ? 1 : 0)),
            ("lines", .integer(Int64(count))), ("head", head.map { .bulk($0.text) } ?? .null),
            ("compared", .integer(Int64(compared))),
            ("journal_since_seq", since.map { .integer($0.sequence) } ?? .null),
            ("fault", fault.map { .bulk($0.kind) } ?? .null),
            ("seq", fault.map { .integer($0.sequence) } ?? .null),
            ("message", fault.map { .bulk($0.text) } ?? .null),
        ]
        return .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
    }
}

extension AuditFindings.Fault {
    var kind: String {
        switch self {
        case .changed: "changed"
        case .missing: "missing"
        case .inserted: "inserted"
        case .unclear: "unclear"
        case .otherThanNoted: "other_than_noted"
        }
    }

    var sequence: Int64 {
        switch self {
        case .changed(let line), .inserted(let line), .unclear(let line): line.sequence
        case .missing(let sequence): sequence
        case .otherThanNoted(let head): head.sequence
        }
    }

    var text: String {
        switch self {
        case .changed(let line): "\(Self.name(line)) was changed"
        case .missing(let sequence):
            "the line \(Self.name(sequence)) is missing: the journal has an act of that number"
        case .inserted(let line):
            "\(Self.name(line)) was put in: the journal has no act of that number"
        case .unclear(let line):
            "\(Self.name(line)) does not fit behind the one before: it was changed, or lines "
                + "before it were taken out or put in; the journal does not reach back so far"
        case .otherThanNoted(let head):
            "the line \(Self.name(head.sequence)) is not as it was noted: all behind it may have "
                + "been written anew"
        }
    }

    private static func name(_ sequence: Int64) -> String {
        "\(sequence) (\(Sequence(value: sequence).text))"
    }

    private static func name(_ line: AuditChain.Line) -> String {
        "the line \(name(line.sequence))" + (line.moment.isEmpty ? "" : " of \(line.moment)")
    }
}
