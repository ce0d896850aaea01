// The journal played again: what its lines, one after the other, make of counters, totals and
// holds. A line that can't be what the daemon writes is a fault of the journal itself.

import BudgetModel

/// The books as the journal makes them, up to one of its lines.
struct Replay {
    /// A reservation that is held.
    struct Held {
        let call: ReadCall
        /// The line that made it.
        let made: Moment
        /// What that line says of the call.
        let text: String
        var deadline: Int64
    }

    private(set) var hashes: [ExactText: ReplayedHash] = [:]
    /// By the record's key.
    private(set) var held: [String: Held] = [:]
    /// Records that some line speaks of.
    private(set) var records: Set<String> = []
    /// The first line.
    private(set) var first: Moment?
    private(set) var last: Moment?
    private(set) var lineCount = 0
    private(set) var faults: [String] = []
    /// Which line charged an expired reservation, and when.
    private var charged: [String: Moment] = [:]
    private let tenant: String
    private let prefix: String
    private let isTrimmed: Bool
    private let keep: Retention

    init(tenant: String, isTrimmed: Bool, keepRunsMs: Int64, keepLateCommitMs: Int64) {
        self.tenant = tenant
        self.isTrimmed = isTrimmed
        prefix = Keys.prefix(tenant)
        keep = Retention(runsMs: keepRunsMs, lateCommitMs: keepLateCommitMs)
    }

    /// Plays one line.
    mutating func enter(_ line: JournalLine) {
        checkOrder(line.moment.sequence)
        first = first ?? line.moment
        last = line.moment
        lineCount += 1
        switch line.text.utf8.first {
        case UInt8(ascii: "A"): break
        case UInt8(ascii: "Z"):
            change(window: line.key, line.moment) { $0.begin(at: line.moment) }
        case UInt8(ascii: "Q"): reset(line)
        case UInt8(ascii: "K"): correct(line)
        case UInt8(ascii: "X"):
            let items = line.text.split(separator: "\t")
            if let deadline = items.last.flatMap({ Int64($0) }) {
                held[line.key]?.deadline = deadline
                let end = deadline + keep.lateCommitMs + BatchEncoder.slack
                for account in held[line.key]?.call.accounts ?? [] {
                    change(account, line.moment) { $0.last(until: end) }
                }
            }
        default: enterCall(line)
        }
    }

    private mutating func checkOrder(_ next: Sequence) {
        guard let last = last?.sequence else { return }
        let follows =
            next.epoch == last.epoch
            ? next.number == last.number + 1 : next.epoch > last.epoch && next.number <= 1
        if !follows {
            faults.append("the journal goes from \(last.text) to \(next.text): lines are missing")
        }
    }

    private mutating func enterCall(_ line: JournalLine) {
        guard let read = CallText.read(line.text, tenant: tenant) else {
            faults.append("line \(line.moment.sequence.text) of the journal can't be read")
            return
        }
        records.insert(line.key)
        let now = line.moment.now
        switch read.letter {
        case "H":
            held[line.key] = Held(
                call: read, made: line.moment,
                text: String(line.text.prefix { $0 != "\n" }), deadline: now + read.timeToLive)
            for account in read.accounts {
                change(account, line.moment) { hash in
                    hash.touch(at: now, moves: false)
                    hash.hold(read.heldAmount(of: account), of: account.counter, at: now)
                }
            }
        case "C", "R", "E", "D":
            guard let ended = held.removeValue(forKey: line.key) else { break }
            for account in ended.call.accounts {
                change(account, line.moment) { hash in
                    let amount = ended.call.heldAmount(of: account)
                    hash.release(amount, of: account.counter, at: now)
                }
            }
        default: break
        }
        for place in Self.newTasks(line.text) where read.accounts.indices.contains(place - 1) {
            let account = read.accounts[place - 1]
            change(account, line.moment) { $0.add(1, to: "s:" + account.counter, at: now) }
        }
        if "GPCLDV".contains(read.letter) { spend(read, line) }
    }

    private mutating func spend(_ read: ReadCall, _ line: JournalLine) {
        let sign: Int64 = read.letter == "V" ? -1 : 1
        // What is taken back leaves from where it was put; that may be older than the journal.
        let older = Moment(sequence: Sequence(epoch: .min, number: 0), now: .min / 2)
        let moment = sign > 0 ? line.moment : charged[line.key] ?? older
        if read.letter == "D" { charged[line.key] = line.moment }
        for account in read.accounts {
            change(account, line.moment) { hash in
                hash.touch(at: line.moment.now, moves: true)
                let field = "s:" + account.counter
                guard Measure.sums.contains(account.measure),
                    sign > 0 || hash.counts(field, of: moment.sequence)
                else { return }
                hash.add(
                    sign * read.call.amounts[account.measure], to: field, at: moment.now)
            }
        }
        addTotals(read.call, sign, line.moment)
    }

    private mutating func addTotals(_ call: PricedCall, _ sign: Int64, _ moment: Moment) {
        guard let run = call.subject.run else { return }
        let key = ExactText(Keys.run(prefix, run))
        if hashes[key] == nil {
            hashes[key] = ReplayedHash(
                .run, keep: keep.runsMs, first: moment.sequence, isWhole: !isTrimmed)
        }
        hashes[key]?.touch(at: moment.now, moves: true)
        let task = Escaping.component(call.subject.task ?? "")
        hashes[key]?.sets.enter(task: task, cost: sign * call.amounts.cost, at: moment)
        for measure in [Measure.cost, .tokens, .calls, .retries] {
            let amount = sign * call.amounts[measure]
            hashes[key]?.add(amount, to: "s:" + measure.name, at: moment.now)
            guard measure != .cost else { continue }
            hashes[key]?.add(amount, to: measure.name + ":" + task, at: moment.now)
        }
    }

    /// `Q <counter> <spent>`, under the window's key.
    private mutating func reset(_ line: JournalLine) {
        let words = line.text.split(separator: " ")
        guard words.count == 3, let found = Int64(words[2]) else {
            faults.append("line \(line.moment.sequence.text) of the journal can't be read")
            return
        }
        change(window: line.key, line.moment) {
            $0.reset("s:" + words[1], of: found, by: line.moment.sequence)
        }
    }

    /// `K <field> <before> <after> <what the lines were short of> …`, under the hash's key.
    private mutating func correct(_ line: JournalLine) {
        let words = line.text.split(separator: " ").dropFirst().map(String.init)
        for index in stride(from: 0, to: words.count - 3, by: 4) where words[index + 3] != "0" {
            guard let amount = Int64(words[index + 3]) else {
                faults.append("line \(line.moment.sequence.text) of the journal can't be read")
                continue
            }
            if line.key.utf8.starts(with: Keys.runs(prefix).utf8) {
                hashes[ExactText(line.key)]?.correct(words[index], by: amount)
            } else {
                change(window: line.key, line.moment) { $0.correct(words[index], by: amount) }
            }
        }
    }

    /// The places of the limits that counted a new task: the line `T 1 2`.
    private static func newTasks(_ text: String) -> [Int] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("T ") }) else {
            return []
        }
        return line.dropFirst(2).split(separator: " ").compactMap { Int($0) }
    }

    func key(_ account: Account) -> ExactText {
        ExactText(Keys.window(prefix, account.scope, account.window))
    }

    /// A hash that no line speaks of.
    func unknown(_ key: String, isRun: Bool) -> ReplayedHash {
        let moment = Moment(sequence: Sequence(epoch: 0, number: 0), now: 0)
        guard !isRun else {
            return ReplayedHash(
                .run, keep: keep.runsMs, first: moment.sequence, isWhole: !isTrimmed)
        }
        let (fields, window) = Keys.scopeAndWindow(key, prefix)
        return makeWindow(window, fields, moment)
    }

    /// Changes the hash that an account is in, which is made where it is new.
    private mutating func change(
        _ account: Account, _ moment: Moment, _ body: (inout ReplayedHash) -> Void
    ) {
        let key = key(account)
        let made = hashes[key] ?? makeWindow(account.window, account.scope.fields, moment)
        change(key, made, body)
    }

    /// The same for a window's key as a line names it.
    private mutating func change(
        window key: String, _ moment: Moment, _ body: (inout ReplayedHash) -> Void
    ) {
        let (fields, window) = Keys.scopeAndWindow(key, prefix)
        change(ExactText(key), hashes[ExactText(key)] ?? makeWindow(window, fields, moment), body)
    }

    private mutating func change(
        _ key: ExactText, _ hash: ReplayedHash, _ body: (inout ReplayedHash) -> Void
    ) {
        var hash = hash
        // The one copy that is left is changed in place.
        hashes[key] = nil
        body(&hash)
        hashes[key] = hash
    }

    private func makeWindow(
        _ window: String, _ fields: [SubjectField], _ moment: Moment
    ) -> ReplayedHash {
        let number = Int64(window.dropFirst()) ?? 0
        let late = keep.lateCommitMs + BatchEncoder.slack
        func made(_ kind: ReplayedHash.Kind, _ keep: Int64?) -> ReplayedHash {
            ReplayedHash(kind, keep: keep, first: moment.sequence, isWhole: !isTrimmed)
        }
        switch window.utf8.first {
        case UInt8(ascii: "B"): return made(.bucket, nil)
        case UInt8(ascii: "R"): return made(.rolling(width: Double(number) / 60), 2 * number + late)
        case UInt8(ascii: "L"):
            let isTransient = fields.contains(where: BatchEncoder.isTransient)
            return made(
                .lifetime, number > 0 ? number + late : isTransient ? keep.runsMs : nil)
        default:
            return made(.calendar(earliest: Self.earliest(window)), late)
        }
    }

    /// A moment before which a calendar window can't have begun, in whatever time zone; 0 where
    /// its name is none.
    private static func earliest(_ window: String) -> Int64 {
        let date = window.dropFirst().prefix(10)
        guard let day = CivilDate(date.utf8.count == 7 ? date + "-01" : date) else { return 0 }
        return day.midnight - 15 * 3_600_000
    }
}
