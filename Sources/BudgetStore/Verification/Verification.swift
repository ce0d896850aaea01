// Recomputes what is counted from the journal, and compares. A pure value: it is given what the
// daemon told of its counters, then the journal's lines, and asks nobody.
//
// The counters come in pages, each as of one entry and one moment. The journal is played up to
// that entry, the page is compared, and so on; so the books may be in use meanwhile. Holds are
// looked at the same way. What has to be there and was on no page is looked for at the end.
//
// What must always hold: a difference is told only where it is certain. A trimmed journal tells
// all of what began behind its first line, and the least of everything else; where a sum passed
// its bounds by the entries, or a hash may have been dropped for its age, nothing is told but a
// note. That a hash is flagged says nothing by itself: it is one of the fields in question.
// Where the entries tell exactly what has to be, there is a correction beside it (Repair).

public import BudgetModel

/// Compares one tenant's counters, holds and totals with its journal.
public struct Verification {
    var replay: Replay
    private var pages: ArraySlice<CountersPage>
    let firstPage: Moment
    let lastPage: Moment
    let prefix: String
    let isTrimmed: Bool
    var findings = Findings()
    /// The audit; nil where it could not be asked for.
    let audit: [AuditLine]?
    var hasSteering = false
    /// Something is set beside the policy.
    private let hasSetting: Bool
    var seen: Set<ExactText> = []
    /// Held when the first page was read, and told by none yet.
    var unseenHolds: Set<String>?
    /// Holds that no line speaks of, as a journal that is trimmed may have it.
    private var olderHolds = 0
    /// More held than the lines say: a difference unless there are older holds.
    private var moreHeld: [Findings.Difference] = []
    var unclear: Set<ExactText> = []
    var repairs: [Repair] = []
    var reopenings: [Correction] = []

    /// - Parameters:
    ///   - pages: all of them, in the order in which they were read, at least one.
    ///   - isTrimmed: whether the journal lost its beginning.
    ///   - audit: all of it, asked for behind the pages; nil where it could not be.
    public init(
        tenant: String, pages: [CountersPage], isTrimmed: Bool, audit: [AuditLine]? = nil
    ) {
        precondition(!pages.isEmpty, "there is always a page")
        prefix = Keys.prefix(tenant)
        self.audit = audit
        self.pages = pages[...]
        self.isTrimmed = isTrimmed
        hasSetting = pages.contains { $0.steering != nil }
        firstPage = pages[0].moment
        lastPage = pages[pages.count - 1].moment
        replay = Replay(
            tenant: tenant, isTrimmed: isTrimmed, keepRunsMs: pages[0].keepRunsMs,
            keepLateCommitMs: pages[0].keepLateCommitMs)
    }

    /// Whether it has been told enough of the journal.
    public var isComplete: Bool { pages.isEmpty }

    /// Takes the next line of the journal.
    public mutating func enter(_ line: JournalLine) {
        comparePages { $0 < line.moment.sequence }
        if !pages.isEmpty { replay.enter(line) }
    }

    /// Ends it: the journal has no more lines.
    public mutating func finish() -> Findings {
        comparePages { _ in true }
        let journal = Keys.journal(prefix)
        findings.differences.insert(
            contentsOf: replay.faults.map {
                .init(key: journal, field: "", found: nil, expected: nil, message: $0)
            }, at: 0)
        lookForMissing()
        if olderHolds == 0 { findings.differences += moreHeld }
        findings.corrections = repairs.compactMap { $0.correction(knowsHolds: olderHolds == 0) }
        findings.corrections += reopenings
        if olderHolds > 0 {
            findings.notes.append(
                ReadableNumber.counted(olderHolds, "hold") + (olderHolds == 1 ? " is" : " are")
                    + " older than the journal; held sums are compared as minima")
        }
        if !unclear.isEmpty {
            findings.notes.append(
                ReadableNumber.counted(unclear.count, "key") + " can't be told: "
                    + (unclear.count == 1
                        ? "a sum in it passed its bounds once, or it may have been dropped for "
                            + "its age"
                        : "a sum in them passed its bounds once, or they may have been dropped for "
                            + "their age"))
        }
        findings.lines = replay.lineCount
        findings.since = isTrimmed ? replay.first : nil
        findings.until = replay.last
        findings.isOfNothing =
            replay.lineCount == 0 && seen.isEmpty && findings.holds == 0 && !hasSetting
            && (audit ?? []).isEmpty
        return findings
    }

    private mutating func comparePages(_ isDue: (Sequence) -> Bool) {
        while let page = pages.first, isDue(page.moment.sequence) {
            pages.removeFirst()
            compareHolds(page)
            let held = heldSums()
            for hash in page.hashes { compare(hash, held, page.moment) }
            for set in page.sets { compare(set) }
            for key in page.wrongTypes { compareType(key) }
            if let steering = page.steering { compareSteering(steering, page.moment) }
        }
    }

    // MARK: Holds

    private mutating func compareHolds(_ page: CountersPage) {
        if unseenHolds == nil { unseenHolds = Set(replay.held.keys) }
        for hold in page.holds {
            findings.holds += 1
            unseenHolds?.remove(hold.key)
            if let held = replay.held[hold.key] {
                guard held.deadline != hold.deadline else {
                    compareRecord(hold, held, page.moment)
                    continue
                }
                tell(
                    hold.key, "", hold.deadline, held.deadline,
                    "the hold's deadline is \(hold.deadline), in the journal \(held.deadline)")
            } else if isTrimmed, !replay.records.contains(hold.key) {
                olderHolds += 1
            } else {
                tell(hold.key, "", nil, nil, "it is among the holds, and holds nothing")
            }
        }
    }

    func heldSums() -> [ExactText: [String: Int64]] {
        var sums: [ExactText: [String: Int64]] = [:]
        for held in replay.held.values {
            for account in held.call.accounts where account.measure != .tasks {
                sums[replay.key(account), default: [:]][account.counter, default: 0] +=
                    held.call.heldAmount(of: account)
            }
        }
        return sums
    }

    // MARK: Counters

    /// It is there, as nothing that could be compared or corrected.
    private mutating func compareType(_ key: String) {
        seen.insert(ExactText(key))
        if key.utf8.elementsEqual(Keys.steering(prefix).utf8) { hasSteering = true }
        tell(key, "", nil, nil, "it has the wrong type in Redis, so that nothing can be read in it")
    }

    private mutating func compare(
        _ found: CountersPage.Hash, _ held: [ExactText: [String: Int64]], _ moment: Moment
    ) {
        let key = ExactText(found.key)
        seen.insert(key)
        let own = FoundHash(found)
        let isRun = found.key.utf8.starts(with: Keys.runs(prefix).utf8)
        let expected = replay.hashes[key] ?? replay.unknown(found.key, isRun: isRun)
        if expected.kind == .bucket { return }
        let flag = own["flagged"]
        let isFlagTold = flag == nil || expected.isAllTold(since: start)
        guard isFlagTold, !expected.hasPassedBounds, !expected.isUncertain else {
            unclear.insert(key)
            return
        }
        var repair = Repair(key: found.key, asOf: moment.sequence)
        if let flag {
            tell(
                own.key, Correction.flag, Int64(flag), nil,
                "it is flagged, and no sum of the entries passed its bounds")
            repair.unflag(flag)
        }
        let names = isRun ? own.totals : own.spentFields
        for field in names.union(expected.sums.keys).sorted(by: { $0.text < $1.text }) {
            compare(field, own, expected, moment, &repair)
        }
        if !isRun {
            for field in own.beyondFields where own[field.text] != "0" {
                let text = own[field.text]
                tell(
                    own.key, field.text, text.flatMap { Int64($0) }, 0,
                    "\(field.text) is \(text ?? ""), and nothing passed its bounds")
                repair.change(field.text, text, to: 0)
            }
            let spent = own.spentFields.union(expected.sums.keys).map {
                String($0.text.dropFirst(2))
            }
            let counters = own.usedCounters.union((held[key] ?? [:]).keys).union(spent)
            for counter in counters.sorted() {
                compareHeld(counter, own, expected, held[key]?[counter] ?? 0, moment, &repair)
            }
        }
        // What may be gone any moment is left alone.
        if expected.isKept(at: moment.now) { repairs.append(repair) }
    }

    private mutating func compare(
        _ name: ExactText, _ own: FoundHash, _ expected: ReplayedHash, _ moment: Moment,
        _ repair: inout Repair
    ) {
        findings.counters += 1
        let field = name.text
        defer { compareSlots(name, own, expected, moment, &repair) }
        let found = own.sum(name, expected.kind, at: moment.now)
        let sum = expected.sum(name, at: moment.now)
        let isExact = expected.isExact(name, since: start, at: moment.now)
        if isExact, expected.kind == .run { repair.change(field, own[field], to: sum) }
        guard let found else {
            return tell(own.key, field, nil, nil, "\(field) is no whole number")
        }
        if isExact {
            guard found != sum else { return }
            tell(own.key, field, found, sum, "\(field) is \(found), the entries add up to \(sum)")
        } else if found < sum {
            tell(
                own.key, field, found, sum,
                "\(field) is \(found), the entries that are left alone add up to \(sum)")
        }
    }

    /// What will leave a rolling window, sixtieth by sixtieth.
    private mutating func compareSlots(
        _ field: ExactText, _ own: FoundHash, _ expected: ReplayedHash, _ moment: Moment,
        _ repair: inout Repair
    ) {
        guard case .rolling(let width) = expected.kind, let slots = own.slots(field) else { return }
        let oldest = ReplayedHash.slot(moment.now, width) - 60
        let sums = expected.livingSlots(field, at: moment.now)
        let isWhole = expected.isExact(field, since: start, at: moment.now)
        for slot in Set(slots.keys.filter { $0 >= oldest }).union(sums.keys).sorted() {
            let (found, sum) = (slots[slot] ?? 0, sums[slot] ?? 0)
            guard isWhole, found != sum else { continue }
            let name = FoundHash.slot(field, "\(slot)")
            tell(own.key, name, found, sum, "\(name) is \(found), the entries add up to \(sum)")
            repair.change(name, own[name], to: sum)
        }
    }

    private mutating func compareHeld(
        _ counter: String, _ own: FoundHash, _ expected: ReplayedHash, _ sum: Int64,
        _ moment: Moment, _ repair: inout Repair
    ) {
        findings.counters += 1
        let (used, spent) = ("u:" + counter, "s:" + counter)
        let field = ExactText(spent)
        let all = own.sum(ExactText(used), expected.kind, at: moment.now)
        let out = own.sum(field, expected.kind, at: moment.now)
        if let gone = own.gone(field, expected.kind, at: moment.now) {
            let isExact = expected.isExact(field, since: start, at: moment.now)
            let carried = expected.carried[field] ?? 0
            repair.counters.append(
                .init(
                    name: counter, spentText: own[spent], usedText: own[used], spentFound: out,
                    usedFound: all, gone: gone,
                    spent: isExact ? expected.sum(field, at: moment.now) - carried : nil,
                    short: -carried, held: sum))
        }
        guard let all, let out else {
            return tell(own.key, used, nil, nil, "\(used) is no whole number")
        }
        let found = all - out
        guard found != sum else { return }
        let difference = Findings.Difference(
            key: own.key, field: used, found: found, expected: sum,
            message: "\(used) less \(spent) is \(found), what is held adds up to \(sum)")
        if isTrimmed, found > sum {
            moreHeld.append(difference)
        } else {
            findings.differences.append(difference)
        }
    }

    /// Where the journal begins.
    private var start: Int64 { isTrimmed ? replay.first?.now ?? .max : .min }

    mutating func tell(
        _ key: String, _ field: String, _ found: Int64?, _ expected: Int64?, _ message: String
    ) {
        findings.differences.append(
            .init(key: key, field: field, found: found, expected: expected, message: message))
    }
}
