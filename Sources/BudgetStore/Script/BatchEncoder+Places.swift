// Where shared things stand in the call: hashes, counters and further strings.

import BudgetModel

extension BatchEncoder {
    /// The place of a scope's hash in one window.
    ///
    /// - Parameter until: the calendar window's end; nil where only its name is known, for a
    ///   settlement: the hash then is there already, or is kept for as long as from now.
    mutating func place(of account: Account, until: Int64?) -> Int {
        let key = Keys.window(prefix, account.scope, account.window)
        guard account.window.first == "L" else {
            let end = until ?? settings.now ?? 0
            let expire = end + settings.keep.lateCommitMs + Self.slack
            return place(ofHash: key, expire: expire, idle: -1)
        }
        let idle = Int64(account.window.dropFirst()) ?? 0
        var keep: Int64 = 0
        if idle > 0 {
            keep = idle + settings.keep.lateCommitMs + Self.slack
        } else if account.scope.fields.contains(where: Self.isTransient) {
            keep = settings.keep.runsMs
        }
        return place(ofHash: key, expire: keep, idle: idle)
    }

    /// Fields whose values come and go: without an idle time their counters are garbage once the
    /// runs' ledgers are.
    private static func isTransient(_ field: SubjectField) -> Bool {
        switch field {
        case .session, .run, .task, .fingerprint: true
        default: false
        }
    }

    /// The place of a hash, from 1.
    mutating func place(ofHash key: String, expire: Int64, idle: Int64) -> Int {
        if let known = hashPlaces[key] { return known }
        hashes.append(Hash(key: key, idle: idle, expire: expire))
        hashPlaces[key] = hashes.count
        return hashes.count
    }

    /// A counter's used and spent cells have numbers side by side, and so have their fields.
    mutating func appendCounter(_ counter: String, in hash: Int) {
        operations.append(cell(counter, in: hash))
        if let measure = Measure(name: counter) {
            operations.append(measure.rawValue * 2 + 1)
        } else {
            let used = place(ofExtra: "u:" + counter)
            _ = place(ofExtra: "s:" + counter)
            operations.append(-used)
        }
    }

    /// The number of a counter's cell; the one behind it belongs to the counter too.
    mutating func cell(_ counter: String, in hash: Int) -> Int {
        if let known = hashes[hash - 1].counters.first(where: { $0.name == counter }) {
            return known.cell
        }
        let cell = cells + 1
        cells += 2
        hashes[hash - 1].counters.append((counter, cell))
        return cell
    }

    /// The place in ARGV of a further string; the same string has one place in each hash, since
    /// the script tells a task's membership by it.
    mutating func place(ofExtra text: String, in hash: Int = 0) -> Int {
        let name = hash == 0 ? text : "\(hash)\n\(text)"
        if let known = extraPlaces[name] { return known }
        let place = firstExtra + extras.count
        extras.append(text)
        extraPlaces[name] = place
        return place
    }
}
