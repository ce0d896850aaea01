// The way back through a journal for one page of entries. A pure value: it says where to look next,
// and is told what was found.

import BudgetModel
import RedisClient

struct EntryWalk {
    /// Steps that Redis looks at in one go: some 0.2 ms of its time.
    static let stepsOfALook = 64
    /// Looks for one page: it reaches back over 4,096 steps at least, or to its last entry.
    private static let mostLooks = 64

    /// What Redis found.
    struct Look {
        /// A line, and the first one of its step.
        typealias Line = (line: JournalLine, first: Sequence)

        var moment: Moment
        var isTrimmed: Bool
        /// The newest first.
        var lines: [Line]
        /// The first line of the oldest step that was looked at, and when it was written.
        var end: Sequence
        var reached: Int64?
        var hasMore: Bool
    }

    let query: EntryQuery
    private var found: [Event] = []
    private var looks = 0
    private var last: Look?
    private var next: Sequence?

    init(_ query: EntryQuery) {
        self.query = query
        next = query.before
    }

    /// Where to look next, as XREVRANGE takes it; nothing can be before the first of all ids.
    var start: String {
        guard let next else { return "+" }
        return next.value > 0 ? "(" + next.text : next.text
    }

    /// What the text of a wanted call has in it: its fields, as `CallText` writes them. Others
    /// stand behind the last of them always.
    var marks: [String] {
        query.filter.fields.map { field, value in
            var mark = ByteText()
            mark.append("\t")
            CallText.write(shortNameOf: field, to: &mark)
            mark.append("=")
            mark.append(escaped: value)
            mark.append("\t")
            return mark.text
        }
    }

    var isDone: Bool { next == nil || found.count >= query.count || looks >= Self.mostLooks }

    /// - Parameter events: of the look, the oldest first.
    mutating func take(_ look: Look, _ events: [Event]) {
        looks += 1
        var page = look
        page.moment = last?.moment ?? look.moment
        last = page
        next = look.hasMore ? look.end : nil
        found += events.reversed()
        guard found.count > query.count else { return }
        // A step is written, and told, as a whole; the next page begins before it.
        let oldest = found[query.count - 1].moment
        guard
            let first = look.lines.first(where: {
                $0.line.moment.sequence == oldest.sequence
            })?.first,
            let rest = found.firstIndex(where: { $0.moment.sequence < first })
        else { return }
        found.removeSubrange(rest...)
        next = first
        last?.reached = oldest.now
    }

    var page: EntryPage {
        guard let last else { preconditionFailure("a page is made of looks") }
        return EntryPage(
            entries: found, reached: last.reached, isTrimmed: last.isTrimmed, next: next,
            moment: last.moment)
    }

    /// Reads what the script answers; nil where it can't be read.
    static func look(_ reply: RedisReply) -> Look? {
        guard let parts = reply.array, parts.count == 7, let moment = RedisStore.moment(parts),
            let isTrimmed = parts[2].integer, let found = parts[3].array,
            let first = parts[4].string, let reached = parts[5].integer,
            let hasMore = parts[6].integer
        else { return nil }
        let lines = found.compactMap(line)
        let end = Sequence(text: first)
        guard lines.count == found.count, first.isEmpty || end != nil else { return nil }
        return Look(
            moment: moment, isTrimmed: isTrimmed == 1, lines: lines,
            end: end ?? Sequence(epoch: 0, number: 0), reached: end == nil ? nil : reached,
            hasMore: hasMore == 1)
    }

    private static func line(_ reply: RedisReply) -> Look.Line? {
        guard let parts = reply.array, parts.count == 5,
            let sequence = parts[0].string.flatMap({ Sequence(text: $0) }),
            let first = parts[1].string.flatMap({ Sequence(text: $0) }),
            let now = parts[2].integer, let key = parts[3].string, let text = parts[4].string
        else { return nil }
        let moment = Moment(sequence: sequence, now: now)
        return (JournalLine(moment: moment, key: key, text: text), first)
    }
}
