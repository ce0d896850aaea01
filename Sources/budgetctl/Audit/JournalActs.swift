// What the journal knows of administrators' acts. It was written in the same steps as the audit,
// and not by whoever writes the audit anew; it is kept for a while only.

struct JournalActs {
    /// What it says of one.
    private struct Act {
        let at: Int64
        let key: String
        let text: String
    }

    /// Its newest entry when the audit was read: there is no act behind that.
    let newest: Int64
    /// Its oldest entry, and when that was; nil where nothing of it is gone.
    var since: (sequence: Int64, moment: String)?
    private var acts: [Int64: Act] = [:]

    init(upTo newest: Int64) {
        self.newest = newest
    }

    /// Takes an entry, where it is an act that the audit can have.
    mutating func enter(_ sequence: Int64, at: Int64, key: String, text: String) {
        guard sequence <= newest, let letter = text.first, "AQK".contains(letter) else { return }
        acts[sequence] = Act(at: at, key: key, text: text)
    }

    /// Whether it would know an act of that number, and all behind it.
    func reaches(_ sequence: Int64) -> Bool { since.map { $0.sequence <= sequence } ?? true }

    /// What of an audit is not as it says.
    func faults(_ lines: [AuditChain.Line]) -> [AuditFindings.Fault] {
        let known = Set(lines.map(\.sequence))
        let missing = acts.keys.filter { reaches($0) && !known.contains($0) }
        return missing.map { .missing($0) } + lines.compactMap(fault)
    }

    private func fault(_ line: AuditChain.Line) -> AuditFindings.Fault? {
        guard line.sequence <= newest else { return .inserted(line) }
        guard reaches(line.sequence) else { return nil }
        guard let act = acts[line.sequence] else { return .inserted(line) }
        return Self.agree(act, line.fields) ? nil : .changed(line)
    }

    /// Compares what both say: when and what; of a reset whose and how much, of a correction which
    /// counters.
    private static func agree(_ act: Act, _ fields: [Substring: Substring]) -> Bool {
        guard fields["at"] == "\(act.at)", let action = fields["action"],
            let before = fields["before"], let after = fields["after"]
        else { return false }
        let words = act.text.split(separator: " ")
        switch act.text.first {
        case "Q":
            return action == "reset" && words.last == before
                && act.key.contains(":w:\(fields["scope"] ?? ""):")
        case "K":
            let places = stride(from: 1, to: words.count - 3, by: 4)
            let found = places.map { "\(words[$0]) \(words[$0 + 1])" }
            let made = places.map { "\(words[$0]) \(words[$0 + 2])" }
            return action == "correct" && before.hasSuffix(" " + found.joined(separator: ", "))
                && after.hasSuffix(" " + made.joined(separator: ", "))
        default: return act.text == "A\t\(action)"
        }
    }
}

extension AuditChain.Line {
    /// The first of each name: a reason, the last of them, may have line breaks.
    fileprivate var fields: [Substring: Substring] {
        let texts = text.split(separator: "\n", omittingEmptySubsequences: false)
        var fields: [Substring: Substring] = [:]
        for index in stride(from: 0, to: texts.count - 1, by: 2) where fields[texts[index]] == nil {
            fields[texts[index]] = texts[index + 1]
        }
        return fields
    }
}
