// What the journal says that one hash has to hold: a window's counters or a run's totals.

import BudgetModel

/// A hash as the journal's lines make it, up to one of them.
struct ReplayedHash {
    /// What kind of thing the hash counts.
    enum Kind: Equatable {
        /// A stretch of the calendar; `earliest` is a moment before which it can't have begun.
        case calendar(earliest: Int64)
        case lifetime
        /// What leaves it is no longer counted; by the length of its sixtieths in milliseconds.
        case rolling(width: Double)
        /// Flows away by the clock; its level isn't a sum of lines.
        case bucket
        /// A run's totals.
        case run
    }

    let kind: Kind
    /// How long it is kept after its last use (`calendar`: after its first), in milliseconds; nil
    /// for ever.
    let keep: Int64?
    /// By the names of Redis's fields. In a rolling window all that was ever spent.
    private(set) var sums: [ExactText: Int64] = [:]
    /// What was spent in each sixtieth of a rolling window.
    private(set) var slots: [ExactText: [Int64: Int64]] = [:]
    /// Of a run, what its sorted sets hold.
    var sets = RunSets()
    /// It began within the lines that were read, so that its sums are whole.
    private(set) var isWhole: Bool
    /// The fields that were set to nothing in this life, each by which line.
    private(set) var resets: [ExactText: Sequence] = [:]
    /// What was left in a field by its last reset, which took another sum than was entered.
    private(set) var carried: [ExactText: Int64] = [:]
    /// When its life began.
    private(set) var born: Sequence?
    /// The first line that it was in.
    let first: Sequence
    private(set) var lastUse: Int64?
    /// What is held, by the names of the fields that it would be spent in.
    private var held: [ExactText: Int64] = [:]
    /// A sum of the lines passed the largest exact number or went below 0, and was cut down.
    private(set) var hasPassedBounds = false
    /// The last line that it was in, also where that only held something.
    private var lastTouch: Int64?
    /// It may have been dropped for its age, or not: nobody can tell which.
    private(set) var isUncertain = false

    init(_ kind: Kind, keep: Int64?, first: Sequence, isWhole: Bool) {
        self.kind = kind
        self.keep = keep
        self.first = first
        self.isWhole = isWhole
    }

    /// Notes that a line needs the hash at a moment: one that was kept long enough is begun anew.
    ///
    /// - Parameter moves: whether the hash is kept longer by it.
    mutating func touch(at now: Int64, moves: Bool) {
        if let keep, let lastUse, kind == .lifetime || kind == .run {
            let gap = now - lastUse
            if gap >= keep {
                clear()
            } else if gap >= Self.surely(keep) {
                isUncertain = true
            }
        }
        // A calendar window goes so long after its end, whatever is booked in it late.
        var isMoved = moves
        if case .calendar = kind { isMoved = false }
        if isMoved || lastUse == nil { lastUse = now }
        lastTouch = now
    }

    /// Notes that it is kept at least until a moment, since something is held in it.
    mutating func last(until moment: Int64) {
        if let keep, let lastUse { self.lastUse = max(lastUse, moment - keep) }
    }

    /// Holds an amount of a counter.
    mutating func hold(_ amount: Int64, of counter: String, at now: Int64) {
        let field = ExactText("s:" + counter)
        held[field, default: 0] += amount
        checkBounds(field, at: now)
    }

    /// Holds it no more. What was held for so long that the hash was dropped meanwhile is taken
    /// from nothing.
    mutating func release(_ amount: Int64, of counter: String, at now: Int64) {
        if let keep, let lastUse, let lastTouch, kind != .lifetime,
            now - max(lastUse, lastTouch) >= Self.surely(keep)
        {
            isUncertain = true
        }
        touch(at: now, moves: true)
        hold(-amount, of: counter, at: now)
    }

    /// As the scripts do it when they write.
    private mutating func checkBounds(_ field: ExactText, at now: Int64) {
        let held = held[field] ?? 0
        var spent = (sums[field] ?? 0) - (carried[field] ?? 0)
        if spent + held > Bounds.maxSum, case .rolling = kind { spent = sum(field, at: now) }
        if spent + held > Bounds.maxSum || held < 0 || isWhole && spent < 0 {
            hasPassedBounds = true
        }
    }

    /// A new life, which an entry began.
    mutating func begin(at moment: Moment) {
        // It begins where nothing is held. If the lines have it otherwise, that stays to be seen.
        let held = held
        clear()
        self.held = held
        born = moment.sequence
        lastUse = moment.now
    }

    private mutating func clear() {
        sums = [:]
        slots = [:]
        resets = [:]
        carried = [:]
        sets = RunSets()
        held = [:]
        hasPassedBounds = false
        isWhole = true
        isUncertain = false
    }

    /// Spends in a field.
    mutating func add(_ amount: Int64, to name: String, at now: Int64) {
        let field = ExactText(name)
        sums[field, default: 0] += amount
        if case .rolling(let width) = kind {
            slots[field, default: [:]][Self.slot(now, width), default: 0] += amount
        }
        checkBounds(field, at: now)
    }

    /// What was spent, as the line of a reset says, is spent no more.
    mutating func reset(_ name: String, of found: Int64, by line: Sequence) {
        let field = ExactText(name)
        if case .rolling = kind {
            sums[field] = 0
        } else if isWhole {
            // Where more or less was found than was entered, the difference stays to be seen.
            sums[field, default: 0] -= found
        } else {
            sums[field] = 0
        }
        slots[field] = nil
        resets[field] = line
        carried[field] = sums[field]
    }

    /// What the lines were short of, as the line of a correction says.
    mutating func correct(_ name: String, by amount: Int64) {
        sums[ExactText(name), default: 0] += amount
        carried[ExactText(name), default: 0] += amount
    }

    /// Whether what a line spent in a field is in it still, but for what left it by age: not where
    /// a new life or a reset came since.
    func counts(_ field: String, of line: Sequence) -> Bool {
        line >= born ?? line && line >= resets[ExactText(field)] ?? line
    }

    /// What a field has to hold at a moment.
    func sum(_ field: ExactText, at now: Int64) -> Int64 {
        guard case .rolling = kind else { return sums[field] ?? 0 }
        return livingSlots(field, at: now).values.reduce(0, +)
    }

    /// What was spent in the sixtieths that a rolling window has at a moment.
    func livingSlots(_ field: ExactText, at now: Int64) -> [Int64: Int64] {
        guard case .rolling(let width) = kind else { return [:] }
        let oldest = Self.slot(now, width) - 60
        return (slots[field] ?? [:]).filter { $0.key >= oldest }
    }

    /// Whether the lines from a moment on tell all of a field at another one.
    func isExact(_ field: ExactText, since start: Int64, at now: Int64) -> Bool {
        if isWhole || resets[field] != nil { return true }
        guard start < .max else { return false }
        switch kind {
        case .calendar(let earliest): return earliest >= start
        case .rolling(let width): return Self.slot(now, width) - 60 > Self.slot(start, width)
        case .lifetime, .bucket, .run: return false
        }
    }

    /// Whether Redis has to have it still at a moment.
    func isKept(at now: Int64) -> Bool {
        guard let keep, let lastUse else { return true }
        return now < lastUse + Self.surely(keep)
    }

    /// Its expiry is moved when it is short by an hour, or by an eighth.
    private static func surely(_ keep: Int64) -> Int64 { keep - min(3_600_000, keep / 8) }

    /// Whether the lines from a moment on tell all of its life, and so whether a sum ever passed
    /// its bounds.
    func isAllTold(since start: Int64) -> Bool {
        if case .calendar(let earliest) = kind { return isWhole || earliest >= start }
        return isWhole
    }

    static func slot(_ now: Int64, _ width: Double) -> Int64 {
        Int64((Double(now) / width).rounded(.down))
    }
}
