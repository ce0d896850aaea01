// Where shared things stand in the call: hashes, counters and further strings.

import BudgetModel

extension BatchEncoder {
    /// The place of a scope's hash in one window.
    ///
    /// - Parameter until: the calendar window's end; nil where only its name is known, for a
    ///   settlement: the hash then has its expiry already, and keeps it.
    mutating func place(of scope: Scope, in window: String, until: Int64?) -> Int {
        let (place, isNew) = hashes.add { [prefix] in Keys.window(prefix, scope, window, to: &$0) }
        switch window.utf8.first {
        case UInt8(ascii: "L"):
            if isNew { addLifetime(of: scope, idle: Int64(window.dropFirst()) ?? 0) }
            return place
        case UInt8(ascii: "R"):
            let length = Int64(window.dropFirst()) ?? 0
            let keep = 2 * length + settings.keep.lateCommitMs + Self.slack
            if isNew { addLife(expire: keep, idle: -3) }
            return place
        case UInt8(ascii: "B"):
            if isNew { addLife(expire: 0, idle: -4) }
            return place
        default:
            let keep = settings.keep.lateCommitMs + Self.slack
            let expire = until.map { $0 + keep } ?? -keep
            if isNew {
                addLife(expire: expire, idle: -1)
            } else if until != nil {
                // A settlement may have named it before, without its end.
                expiries[place - 1] = expire
            }
            return place
        }
    }

    private mutating func addLifetime(of scope: Scope, idle: Int64) {
        var keep: Int64 = 0
        if idle > 0 {
            keep = idle + settings.keep.lateCommitMs + Self.slack
        } else if scope.fields.contains(where: Self.isTransient) {
            keep = settings.keep.runsMs
        }
        addLife(expire: keep, idle: idle)
    }

    /// Fields whose values come and go: without an idle time their counters are garbage once the
    /// runs' ledgers are.
    static func isTransient(_ field: SubjectField) -> Bool {
        switch field {
        case .session, .run, .task, .fingerprint: true
        default: false
        }
    }

    /// Adds how long the hash lives, or the ledger's sorted set, that was added last.
    ///
    /// - Parameters:
    ///   - expire: when a calendar window's counters go (below 0: its end isn't known; how long
    ///     they are kept if they are new), or how long others are kept after their last use, in
    ///     milliseconds; 0 for ever.
    ///   - idle: -1 a calendar window, -2 a ledger's sorted set, -3 a rolling window, -4 a bucket,
    ///     else the idle time.
    mutating func addLife(expire: Int64, idle: Int64) {
        expiries.append(expire)
        idles.append(idle)
    }

    /// The place of a run's hash, with its sorted sets behind it.
    mutating func place(ofRun run: String) -> Int {
        let (place, isNew) = hashes.add { [prefix] in Keys.run(prefix, run, to: &$0) }
        guard isNew else { return place }
        addLife(expire: settings.keep.runsMs, idle: 0)
        for end in [Keys.tasksOfRun, Keys.entriesOfRun] {
            _ = hashes.add { [prefix] key in
                Keys.run(prefix, run, to: &key)
                key.append(end)
            }
            addLife(expire: 0, idle: -2)
        }
        return place
    }

    /// A counter's used and spent cells have numbers side by side, and so have their fields.
    mutating func appendCounter(_ counter: String, _ measure: Measure, in hash: Int) {
        operations.append(cell(in: hash) { $0.append(counter) })
        if counter.utf8.count == measure.name.utf8.count {
            operations.append(measure.rawValue * 2 + 1)
        } else {
            let used = placeOfExtra {
                $0.append("u:")
                $0.append(counter)
            }
            _ = placeOfExtra {
                $0.append("s:")
                $0.append(counter)
            }
            operations.append(-used)
        }
    }

    /// The number of a counter's cell; the one behind it belongs to the counter too.
    mutating func cell(in hash: Int, _ write: (inout ByteText) -> Void) -> Int {
        counters.add(group: hash, write).place * 2 - 1
    }

    /// The place in ARGV of a further string; the same string has one place in each hash, since
    /// the script tells a task's membership by it.
    mutating func placeOfExtra(in hash: Int = 0, _ write: (inout ByteText) -> Void) -> Int {
        firstExtra + extras.add(group: hash, write).place - 1
    }

    /// The same for a sequence number as the journal names it.
    mutating func place(of sequence: Sequence) -> Int {
        placeOfExtra {
            $0.append(sequence.epoch)
            $0.append("-")
            $0.append(sequence.number)
        }
    }
}
