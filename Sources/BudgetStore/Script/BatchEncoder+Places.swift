// Where shared things stand in the call: hashes, counters and further strings.

import BudgetModel

extension BatchEncoder {
    /// The place of a scope's hash in one window.
    ///
    /// - Parameter until: the calendar window's end; nil where only its name is known, for a
    ///   settlement: the hash then has its expiry already, and keeps it.
    mutating func place(of scope: Scope, in window: String, until: Int64?) -> Int {
        let key = Keys.window(prefix, scope, window)
        let known = hashes.place(of: key)
        guard window.utf8.first == UInt8(ascii: "L") else {
            let keep = settings.keep.lateCommitMs + Self.slack
            let expire = until.map { $0 + keep } ?? -keep
            guard let known else { return addHash(key, expire: expire, idle: -1) }
            // A settlement may have named it before, without its end.
            if until != nil { expiries[known - 1] = expire }
            return known
        }
        if let known { return known }
        let idle = Int64(window.dropFirst()) ?? 0
        var keep: Int64 = 0
        if idle > 0 {
            keep = idle + settings.keep.lateCommitMs + Self.slack
        } else if scope.fields.contains(where: Self.isTransient) {
            keep = settings.keep.runsMs
        }
        return addHash(key, expire: keep, idle: idle)
    }

    /// Fields whose values come and go: without an idle time their counters are garbage once the
    /// runs' ledgers are.
    private static func isTransient(_ field: SubjectField) -> Bool {
        switch field {
        case .session, .run, .task, .fingerprint: true
        default: false
        }
    }

    /// Adds a hash or a ledger's sorted set.
    ///
    /// - Parameters:
    ///   - expire: when a calendar window's counters go (below 0: its end isn't known; how long
    ///     they are kept if they are new), or how long others are kept after their last use, in
    ///     milliseconds; 0 for ever.
    ///   - idle: -1 a calendar window, -2 a ledger's sorted set, else the idle time.
    mutating func addHash(_ key: String, expire: Int64, idle: Int64) -> Int {
        expiries.append(expire)
        idles.append(idle)
        return hashes.add(key).place
    }

    /// A counter's used and spent cells have numbers side by side, and so have their fields.
    mutating func appendCounter(_ counter: String, _ measure: Measure, in hash: Int) {
        operations.append(cell(counter, in: hash))
        if counter.utf8.count == measure.name.utf8.count {
            operations.append(measure.rawValue * 2 + 1)
        } else {
            let used = place(ofExtra: "u:" + counter)
            _ = place(ofExtra: "s:" + counter)
            operations.append(-used)
        }
    }

    /// The number of a counter's cell; the one behind it belongs to the counter too.
    mutating func cell(_ counter: String, in hash: Int) -> Int {
        let name = ExactText(counter)
        if let known = counters.firstIndex(where: { $0.hash == hash && $0.name == name }) {
            return known * 2 + 1
        }
        counters.append((hash, name))
        return counters.count * 2 - 1
    }

    /// The place in ARGV of a further string; the same string has one place in each hash, since
    /// the script tells a task's membership by it.
    mutating func place(ofExtra text: String, in hash: Int = 0) -> Int {
        let (place, isNew) = extraPlaces.add(hash == 0 ? text : "\(hash)\n\(text)")
        if isNew { extras.append(text) }
        return firstExtra + place - 1
    }
}
