// The records of what is held against the lines that made them. A record that was changed behind
// the daemons' backs would be settled, or swept, as what it says. What the decision answered
// besides (which limit was the tightest) is in no line, and only ever told again.

import BudgetModel

extension Verification {
    /// Compares a hold's record, whose place among the holds is as it has to be.
    mutating func compareRecord(
        _ hold: CountersPage.Hold, _ held: Replay.Held, _ moment: Moment
    ) {
        guard let fault = Self.fault(of: hold.record, held) else { return }
        tell(hold.key, "", nil, nil, fault)
        reopenings.append(
            Correction(
                reopening: hold.key, madeBy: held.made.sequence, until: held.deadline,
                asOf: moment.sequence))
    }

    private static func fault(of record: String?, _ held: Replay.Held) -> String? {
        guard let record else { return "its record is gone, or can't be read" }
        let lines = record.utf8.split(
            separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false
        ).map { Substring($0) }
        let head = lines[0].dropFirst().split(separator: " ")
        guard lines.count == 2, head.count == 6, let state = lines[0].first else {
            return "its record can't be read"
        }
        if state != "H" { return "its record has the state \(state), in the journal it is held" }
        if head[0] != "\(held.deadline)" {
            return "its record's deadline is \(head[0]), in the journal \(held.deadline)"
        }
        let made = "\(held.made.sequence.text) \(held.made.now)"
        if "\(head[1]) \(head[2])" != made {
            return "its record is of the entry \(head[1]) at \(head[2]), in the journal of \(made)"
        }
        guard lines[1].utf8.elementsEqual(held.text.utf8) else {
            return "its record says another call than the entry \(held.made.sequence.text)"
        }
        return nil
    }
}
