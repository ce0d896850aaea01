// What lines of the journal add to the rankings of spenders. A pure value: it is given a cursor and
// the lines behind it, and asks nobody.
//
// An entry counts in the hour, day, week and month in which it was entered, as RUN lists it; what
// takes an expired reservation's charge back (`V`) does so in the windows of then too, as every
// correction in a ledger. So over all windows a name's values add up to what it spent.
//
// What must always hold: what lines spent goes into a list in the step that moves the cursor over
// them (`handover.lua`), and from there piece by piece into the rankings, each in the step that
// takes it off the list (`rollup.lua`). So each line is counted once, whoever reads it, how often,
// and whenever they are killed; and Redis serves others after some pieces, however much was read
// at once. Much is: a name that spends a hundred times is added once.
// Most of the time goes into the sets, of which a name is in up to 28. So a single ranking that
// somebody waits for goes ahead of all others (`ahead.lua`): how many of the list's pieces it has
// is kept beside the list, in the step that adds them; whoever takes these in passes it over.
//
// The bound on memory: a name is in at most 4 windows of 7 sums, of some 120 bytes each, and has a
// line in the journal for it. Rankings go an hour after their window ends, or stay for HISTORY: of
// hours for a day, of days for two weeks, which where a name has ten calls a day is a tenth of what
// their journal lines take (of runs and sessions, which are many, hours only). All of them are
// exact; rejected: sets that keep the largest only, where a spender who comes late counts for too
// little.
// As scores they are doubles: above 2^53 − 1 (9,007,199 dollars of one name in one month) a sum is
// rounded to its sixteen first digits.

import BudgetModel
import Foundation

struct Rollup {
    /// Names of one field, and what they spent.
    typealias Sums = [ExactText: Amounts]

    /// A time within one window of each length.
    private struct Stretch {
        let windows: [WindowInstance]
        var sums: [TopField: Sums] = [:]

        func contains(_ now: Int64) -> Bool { windows.allSatisfy { $0.contains(now) } }
    }

    /// How long each ranking outlives its window: for clocks that differ, and whoever just asks.
    private static let slack: Int64 = 3_600_000

    /// How long a field's ranking outlives its window, by the window's id.
    static func life(_ field: TopField, _ window: String) -> Int64 {
        switch window.first {
        case "h": Int64(HistoryQuery.kept(.hour, of: field)) * 3_600_000 + slack
        case "d": Int64(HistoryQuery.kept(.day, of: field)) * 86_400_000 + slack
        default: slack
        }
    }

    /// The longest that a ranking's window lasts, by its id.
    static func length(_ window: String) -> Int64 {
        switch window.first {
        case "h": 3_600_000
        case "d": Retention.day
        case "w": 7 * Retention.day
        default: 31 * Retention.day
        }
    }

    /// Names after which it is time to hand it on: to spell them takes the loop some milliseconds.
    private static let mostNames = 1024
    /// Lines after which it is time, for few names that spend all the time.
    private static let mostLines = 20_000

    let tenant: String
    /// The cursor that it stands behind; nil at the beginning.
    let start: Sequence?
    /// The last line that it was told, and when that was written.
    private(set) var last: Sequence?
    private(set) var lastMoment: Int64 = 0
    /// When the first one was written.
    private(set) var firstMoment: Int64 = 0
    /// Whose days and months its windows are.
    let zone: String
    /// A moment up to which entries were missed.
    private(set) var missed: Int64?
    /// Lines that can't be read; they are passed over.
    private(set) var unreadable: [Sequence] = []
    private(set) var lineCount = 0
    private var names = 0
    private var windows: CalendarWindows
    private var stretches: [Stretch] = []

    init(tenant: String, after start: Sequence?, timeZone: TimeZone) {
        self.tenant = tenant
        self.start = start
        last = start
        zone = timeZone.identifier
        windows = CalendarWindows(timeZone: timeZone)
    }

    /// Whether it has so much that it should be handed on.
    var isFull: Bool { names >= Self.mostNames || lineCount >= Self.mostLines }

    /// Takes the next lines.
    mutating func enter(_ page: JournalPage) {
        for line in page.lines {
            if !follows(line.moment.sequence, page) { miss(line.moment.now) }
            last = line.moment.sequence
            lastMoment = line.moment.now
            if lineCount == 0 { firstMoment = lastMoment }
            lineCount += 1
            enter(line)
        }
    }

    /// Whether a line comes right behind the one before it; else lines between them are gone.
    private func follows(_ next: Sequence, _ page: JournalPage) -> Bool {
        guard let last else { return !page.isTrimmed }
        return next.epoch == last.epoch
            ? next.number == last.number + 1 : next.epoch > last.epoch && next.number <= 1
    }

    private mutating func miss(_ moment: Int64) { missed = max(missed ?? moment, moment) }

    private mutating func enter(_ line: JournalLine) {
        let spent: RankedSpending?
        do throws(RankedSpending.Unreadable) {
            spent = try RankedSpending(line, tenant: tenant)
        } catch {
            unreadable.append(line.moment.sequence)
            return miss(line.moment.now)
        }
        guard let spent else { return }
        let place = stretch(at: line.moment.now)
        spent.eachName { add(spent.amounts, $0, $1, place) }
    }

    private mutating func stretch(at now: Int64) -> Int {
        if let last = stretches.indices.last, stretches[last].contains(now) { return last }
        if let known = stretches.firstIndex(where: { $0.contains(now) }) { return known }
        stretches.append(Stretch(windows: TopQuery.windows.map { windows.window($0, at: now) }))
        return stretches.count - 1
    }

    private mutating func add(
        _ amounts: Amounts, _ field: TopField, _ name: String, _ place: Int
    ) {
        let name = ExactText(name)
        let sum = stretches[place].sums[field]?[name]
        if sum == nil { names += 1 }
        stretches[place].sums[field, default: [:]][name] = sum.map { $0 + amounts } ?? amounts
    }

    /// What it comes to, in pieces. Windows of which nothing is kept any more are left out.
    func pieces(at now: Int64) -> [RollupPiece] {
        guard let last else { return [] }
        var pieces: [RollupPiece] = []
        for stretch in stretches {
            for (field, sums) in stretch.sums {
                let windows = stretch.windows.filter {
                    $0.until + Self.life(field, $0.id) > now
                }
                guard !windows.isEmpty else { continue }
                let names = sums.map { (name: $0.key.text, amounts: $0.value) }
                for first in stride(from: 0, to: names.count, by: RollupPiece.mostNames) {
                    pieces.append(
                        RollupPiece(
                            last: last, number: pieces.count, moment: lastMoment, field: field,
                            windows: windows,
                            sums: names[first...].prefix(RollupPiece.mostNames)))
                }
            }
        }
        return pieces
    }
}
