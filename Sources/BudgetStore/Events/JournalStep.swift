// A step of the journal where Redis's reply lies: an id, which is the number of its last line, and
// fields, the first of which is the time; then each line is a key and a text.

import BudgetModel
import RedisClient

struct JournalStep {
    private let fields: LentReply
    let last: Sequence
    let now: Int64
    /// How many lines it has.
    let count: Int

    /// - Returns: nil for what is no step.
    init?(_ entry: LentReply) {
        guard entry.count == 2, let last = entry[0].string.flatMap({ Sequence(text: $0) }) else {
            return nil
        }
        fields = entry[1]
        guard fields.count >= 4, fields.count.isMultiple(of: 2), fields[0].string == "at",
            let now = fields[1].string.flatMap({ Int64($0) })
        else { return nil }
        self.last = last
        self.now = now
        count = fields.count / 2 - 1
    }

    var first: Sequence { last.advanced(by: Int64(1 - count)) }

    /// The text of a line, from 0.
    func text(_ index: Int) -> UnsafeRawBufferPointer? { fields[2 * index + 3].bytes }

    /// A line, from 0.
    func line(_ index: Int) -> JournalLine? {
        guard let key = fields[2 * index + 2].string, let text = fields[2 * index + 3].string else {
            return nil
        }
        let sequence = last.advanced(by: Int64(index + 1 - count))
        return JournalLine(moment: Moment(sequence: sequence, now: now), key: key, text: text)
    }
}
