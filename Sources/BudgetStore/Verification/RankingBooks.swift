// The rankings of spenders compared with the journal. A pure value, as `Verification` is: it is
// given the pages that the daemon told of its rankings, then the journal's lines.
//
// Each page is as of the rankings' cursor when it was read. The journal is played up to there, what
// its lines spent is summed by name, and the page is compared. Of names there may be many, so they
// can be compared in parts, each with a pass over the journal of its own.
//
// What must always hold: a difference is told only where it is certain. So only windows are
// compared that began behind the first line of a journal that lost its beginning, behind the moment
// up to which entries were missed, and under the time zone of now; that are kept for a while still;
// and sums that a score holds exactly. How many rankings were not is told.

import BudgetModel
import Foundation

struct RankingBooks {
    /// Some of all names.
    struct Part {
        var number = 0
        var count = 1

        func has(_ name: ExactText) -> Bool {
            count == 1 || Int(UInt(bitPattern: name.hashValue) % UInt(count)) == number
        }
    }

    /// One window's rankings of one field.
    private struct Place: Hashable {
        let field: TopField
        let window: String
    }

    /// A ranking that is being gone through.
    private struct Open {
        let key: String
        /// Names that have to be on one of its pages.
        var due: Set<ExactText>
        var told: Set<ExactText> = []
        var changes: [Correction.Change] = []
    }

    /// A window has to be kept for so long still, in milliseconds: reading takes a while.
    private static let margin: Int64 = 600_000

    private let tenant: String
    private let prefix: String
    private let part: Part
    private var pages: ArraySlice<CountersPage>
    private let limit: Sequence
    private let now: Int64
    private let missed: Int64?
    /// From when on windows are of the time zone; nil where that is not known.
    private let since: Int64?
    private var windows: CalendarWindows
    /// Those that rankings are kept of.
    private var kept: [String: WindowInstance] = [:]
    private var first: Moment?
    private var isTrimmed = false
    private var isDone = false
    private var last: Sequence?
    private var expected: [Place: [ExactText: Amounts]] = [:]
    private var known: Set<ExactText> = []
    private var open: Open?

    private(set) var differences: [Findings.Difference] = []
    private(set) var corrections: [Correction] = []
    /// Names that were compared.
    private(set) var count = 0
    /// Rankings that could not be.
    private(set) var skipped: Set<ExactText> = []

    /// - Parameters:
    ///   - pages: at least one, of each ranking all, one ranking after the other, with names of the
    ///     part only.
    init(tenant: String, pages: [CountersPage], part: Part = Part()) {
        precondition(!pages.isEmpty, "there is always a page")
        self.tenant = tenant
        self.part = part
        self.pages = pages[...]
        prefix = Keys.prefix(tenant)
        let state = Self.fields(pages[pages.count - 1].rolled)
        limit = state["seq"].flatMap { Sequence(text: $0) } ?? Sequence(epoch: 0, number: 0)
        missed = state["missed"].flatMap { Int64($0) }
        let zone = state["zone"].flatMap { TimeZone(identifier: $0) }
        since = zone == nil ? nil : state["since"].flatMap { Int64($0) }
        now = pages[pages.count - 1].moment.now
        windows = CalendarWindows(timeZone: zone ?? .gmt)
        for unit in TopQuery.windows {
            // The one of now, and as many before it as are kept of any field.
            var window = windows.window(unit, at: now)
            for _ in 0...HistoryQuery.kept(unit, of: .tenant) + 1 {
                kept[window.id] = window
                window = windows.window(unit, at: window.from - 1)
            }
        }
    }

    /// Whether it has been told enough of the journal.
    var isComplete: Bool { isDone }

    /// The journal lost its beginning.
    mutating func trim() { isTrimmed = true }

    /// Takes the next line of the journal.
    mutating func enter(_ line: JournalLine) {
        first = first ?? line.moment
        guard !isDone else { return }
        comparePages { $0 < line.moment.sequence }
        guard line.moment.sequence <= limit else {
            isDone = true
            return
        }
        last = line.moment.sequence
        // Lines that can't be read are told of by whoever plays the journal.
        guard let spent = try? RankedSpending(line, tenant: tenant) else { return }
        let living = TopQuery.windows.map { windows.window($0, at: line.moment.now).id }
            .filter { kept[$0] != nil }
        guard !living.isEmpty else { return }
        spent.eachName { field, name in
            let name = ExactText(name)
            guard part.has(name) else { return }
            for window in living {
                let place = Place(field: field, window: window)
                let sum = expected[place]?[name]
                expected[place, default: [:]][name] =
                    sum.map { $0 + spent.amounts } ?? spent.amounts
            }
        }
    }

    /// The journal has no more lines.
    ///
    /// - Returns: the keys of rankings that there have to be and that were on no page: whether they
    ///   are there now has to be looked at (`confirm`).
    mutating func finish() -> [String] {
        comparePages { _ in true }
        isDone = true
        var missing: [String] = []
        for (place, sums) in expected where isCertain(place.field, place.window) {
            for measure in Measure.sums where sums.values.contains(where: { $0[measure] != 0 }) {
                let key = Keys.top(prefix, place.field, measure, place.window)
                if !known.contains(ExactText(key)) { missing.append(key) }
            }
        }
        return missing.sorted()
    }

    /// Takes what there is now of a ranking that was on no page.
    mutating func confirm(_ page: CountersPage) {
        let reached = Self.fields(page.rolled)["seq"].flatMap { Sequence(text: $0) }
        guard let set = page.rankings.first, set.count == 0, let last, let reached, last <= reached,
            let (field, measure, window) = Keys.ranking(set.key, prefix)
        else { return }
        tell(set.key, "", nil, nil, "it is not in Redis, and has to be")
        let sums = expected[Place(field: field, window: window)] ?? [:]
        let changes = sums.filter { $0.value[measure] != 0 }.map { name, amounts in
            Self.change(name, nil, amounts[measure])
        }
        add(changes, set.key, page)
    }

    // MARK: Pages

    private mutating func comparePages(_ isDue: (Sequence) -> Bool) {
        while let page = pages.first {
            let reached = Self.fields(page.rolled)["seq"].flatMap { Sequence(text: $0) }
            guard isDue(reached ?? Sequence(epoch: 0, number: 0)) else { return }
            pages.removeFirst()
            for set in page.rankings { compare(set, page) }
        }
    }

    private mutating func compare(_ set: CountersPage.SortedSet, _ page: CountersPage) {
        known.insert(ExactText(set.key))
        guard let (field, measure, window) = Keys.ranking(set.key, prefix),
            isCertain(field, window)
        else {
            skipped.insert(ExactText(set.key))
            return
        }
        let sums = expected[Place(field: field, window: window)] ?? [:]
        var open =
            self.open ?? Open(key: set.key, due: Set(sums.keys.filter { sums[$0]?[measure] != 0 }))
        for (name, score) in set.members {
            let name = ExactText(name)
            open.due.remove(name)
            guard open.told.insert(name).inserted else { continue }
            count += 1
            compare(name, score, sums[name]?[measure] ?? 0, &open)
        }
        self.open = page.next == nil ? nil : open
        guard page.next == nil else { return }
        for name in open.due.sorted(by: { $0.text < $1.text }) {
            let sum = sums[name]?[measure] ?? 0
            guard abs(sum) <= Bounds.maxSum else { continue }
            tell(
                set.key, name.text, nil, sum,
                "\"\(name.text)\" is not in it, the entries add up to \(sum)")
            open.changes.append(Self.change(name, nil, sum))
        }
        add(open.changes, set.key, page)
    }

    private mutating func compare(
        _ name: ExactText, _ score: Int64?, _ sum: Int64, _ open: inout Open
    ) {
        // Beyond that a score is rounded.
        guard abs(sum) <= Bounds.maxSum, score != sum else { return }
        guard let score else {
            return tell(open.key, name.text, nil, sum, "\"\(name.text)\" has no whole number")
        }
        tell(
            open.key, name.text, score, sum,
            "\"\(name.text)\" is \(score), the entries add up to \(sum)")
        open.changes.append(Self.change(name, score, sum))
    }

    /// Whether the lines tell all of a window's rankings, which are kept for a while still.
    private func isCertain(_ field: TopField, _ window: String) -> Bool {
        guard let since, let found = kept[window],
            found.until + Rollup.life(field, window) > now + Self.margin
        else { return false }
        return found.from > start(since) ?? -1
    }

    /// Behind which moment windows have to begin; nil where any may.
    private func start(_ since: Int64) -> Int64? {
        [since == 0 ? nil : since, missed, isTrimmed ? first?.now ?? .max : nil]
            .compactMap(\.self).max()
    }

    /// Why rankings are not compared.
    var whySkipped: String {
        guard let since else {
            return "rolled up by a version that did not note the time zone of windows; compared "
                + "are those that begin behind the next entries"
        }
        guard let start = start(since), start < .max else {
            return "compared are windows that don't end soon"
        }
        let moment = Date(timeIntervalSince1970: Double(start) / 1000).formatted(.iso8601)
        return "compared are windows that began behind \(moment), from when on the journal and "
            + "the rankings tell all of them, and that don't end soon"
    }

    private static func change(
        _ name: ExactText, _ found: Int64?, _ sum: Int64
    ) -> Correction.Change {
        .init(
            field: Escaping.component(name.text), found: found.map { "\($0)" }, expected: sum)
    }

    private mutating func add(
        _ changes: [Correction.Change], _ key: String, _ page: CountersPage
    ) {
        guard !changes.isEmpty else { return }
        let sorted = changes.sorted { $0.field < $1.field }
        corrections.append(Correction(key: key, changes: sorted, asOf: page.moment.sequence))
    }

    private mutating func tell(
        _ key: String, _ name: String, _ found: Int64?, _ expected: Int64?, _ message: String
    ) {
        differences.append(
            .init(key: key, field: name, found: found, expected: expected, message: message))
    }

    private static func fields(_ values: [String]) -> [String: String] {
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            fields[values[index]] = values[index + 1]
        }
        return fields
    }
}

extension Findings {
    /// Adds what one part of all names showed.
    mutating func add(_ books: RankingBooks) {
        differences += books.differences
        corrections += books.corrections
        ranked += books.count
        uncomparedRankings = max(uncomparedRankings, books.skipped.count)
    }
}
