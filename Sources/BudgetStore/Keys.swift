// Every Redis key is spelt here and nowhere else. A tenant's keys begin with its name as hash
// tag, so that one operation lives in one Cluster slot. Values that users choose are escaped:
// none can collide with another, or break the tag.
//
//   b:epoch                       the store's epoch
//   b:seal                        string: what cursors are sealed by, where Redis has no run's name
//   b:tenants                     set: every tenant that ever held anything
//   b:daemons                     hash: every daemon's policy, and when it said so
//   b:{acme}:journal              stream: every entry, its id is epoch and sequence number
//   b:{acme}:steer                hash: suspensions, overrides and grants; its fields are scopes
//   b:{acme}:holds                sorted set: records that hold something, by deadline
//   b:{acme}:w:user=alice:d2026-11-22   hash: a scope's counters in one window
//   b:{acme}:r:<digest>           string: a reservation, charge or record
//   b:{acme}:audit                stream: what administrators did, by sequence number
//   b:{acme}:act:<digest>         hash: an act, by its idempotency key
//   b:{acme}:run:<run>            hash: a run's totals; with :tasks and :entries sorted sets
//   b:{acme}:rolled               hash: up to which entry the rankings below go
//   b:{acme}:rolling              list: what is on its way into them
//   b:{acme}:ahead                hash: which of them have some of that already
//   b:{acme}:top:user:cost:d2026-11-22   sorted set: users by what they cost in one window
//   b:{probe}:probe               nothing, ever: what rights to a tenant's keys are asked for by

import BudgetModel

enum Keys {
    static let epoch = "b:epoch"
    static let seal = "b:seal"
    static let tenants = "b:tenants"
    static let daemons = "b:daemons"
    static let probe = prefix("probe") + "probe"

    static func prefix(_ tenant: String) -> String {
        precondition(!tenant.isEmpty, "an empty hash tag is none")
        return "b:{" + Escaping.component(tenant) + "}:"
    }

    static func journal(_ prefix: String) -> String { prefix + "journal" }

    static func steering(_ prefix: String) -> String { prefix + "steer" }

    static func audit(_ prefix: String) -> String { prefix + "audit" }

    static func act(_ prefix: String, _ digest: String) -> String { prefix + "act:" + digest }

    static func holds(_ prefix: String) -> String { prefix + "holds" }

    static func window(_ prefix: String, _ scope: Scope, _ window: String, to key: inout ByteText) {
        key.append(prefix)
        key.append("w:")
        key.append(scope.canonical)
        key.append(byte: UInt8(ascii: ":"))
        key.append(window)
    }

    static func window(_ prefix: String, _ scope: Scope, _ window: String) -> String {
        var key = ByteText()
        Self.window(prefix, scope, window, to: &key)
        return key.text
    }

    /// How the keys of all windows begin.
    static func windows(_ prefix: String) -> String { prefix + "w:" }

    /// How the keys of all runs begin.
    static func runs(_ prefix: String) -> String { prefix + "run:" }

    /// How the keys of all rankings begin.
    static func rankings(_ prefix: String) -> String { prefix + "top:" }

    /// Whether a key is one of those that are counted in or steered by: a window's, a run's, a
    /// ranking's, or what is set or rolled up.
    static func isCounted(_ key: String, _ prefix: String) -> Bool {
        let starts = [windows(prefix), runs(prefix), rankings(prefix)]
        return starts.contains { key.utf8.starts(with: $0.utf8) }
            || [steering(prefix), rolled(prefix), rolling(prefix)].contains {
                key.utf8.elementsEqual($0.utf8)
            }
    }

    /// What a ranking's key is of; nil where it is none.
    static func ranking(
        _ key: String, _ prefix: String
    ) -> (field: TopField, measure: Measure, window: String)? {
        let start = rankings(prefix)
        guard key.utf8.starts(with: start.utf8) else { return nil }
        let parts = key.utf8.dropFirst(start.utf8.count)
            .split(separator: UInt8(ascii: ":"), maxSplits: 2).map { String(Substring($0)) }
        guard parts.count == 3, let name = Escaping.plain(parts[0]),
            let field = TopField(name: name), let measure = Measure(name: parts[1])
        else { return nil }
        return (field, measure, parts[2])
    }

    /// The type that a tenant's key has to have, as Redis names it.
    static func type(of key: String) -> String {
        guard let end = key.utf8.firstRange(of: "}:".utf8)?.upperBound else { return "string" }
        let rest = String(key[end...])
        switch rest {
        case "journal", "audit": return "stream"
        case "holds": return "zset"
        case "rolling": return "list"
        default:
            if rest.utf8.starts(with: "r:".utf8) { return "string" }
            let isRun = rest.utf8.starts(with: "run:".utf8)
            let isSet = rest.utf8.count { $0 == UInt8(ascii: ":") } > 1
            return isRun && isSet || rest.utf8.starts(with: "top:".utf8) ? "zset" : "hash"
        }
    }

    /// The pattern of a tenant's keys: what SCAN takes for more than itself is escaped.
    static func pattern(_ prefix: String) -> String {
        var pattern = ""
        for character in prefix.unicodeScalars {
            if "*?[]^\\".unicodeScalars.contains(character) { pattern += "\\" }
            pattern.unicodeScalars.append(character)
        }
        return pattern + "*"
    }

    /// The fields of a window's scope, and the window, from its key.
    static func scopeAndWindow(
        _ key: String, _ prefix: String
    ) -> (fields: [SubjectField], window: String) {
        let parts = key.utf8.dropFirst(windows(prefix).utf8.count)
            .split(separator: UInt8(ascii: ":"), maxSplits: 1)
        guard parts.count == 2 else { return ([], "") }
        let names = parts[0].split(separator: UInt8(ascii: ",")).map { pair in
            String(decoding: pair.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        }
        let fields = names.compactMap { Escaping.plain($0).flatMap { SubjectField(name: $0) } }
        return (fields, String(decoding: parts[1], as: UTF8.self))
    }

    /// Whose sums a window's or a run's key holds, in canonical spelling, and of which window (nil
    /// for a run); nil where it is neither.
    static func owner(_ key: String, _ prefix: String) -> (scope: String, window: String?)? {
        func rest(behind start: String) -> Substring? {
            guard key.utf8.starts(with: start.utf8) else { return nil }
            return Substring(key.utf8.dropFirst(start.utf8.count))
        }
        if let run = rest(behind: runs(prefix)) {
            return run.isEmpty || run.utf8.contains(UInt8(ascii: ":")) ? nil : ("run=" + run, nil)
        }
        let parts =
            rest(behind: windows(prefix))?.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            ?? []
        guard parts.count == 2 else { return nil }
        return (String(Substring(parts[0])), String(Substring(parts[1])))
    }

    static func record(_ prefix: String, _ digest: String, to key: inout ByteText) {
        key.append(prefix)
        key.append("r:")
        key.append(digest)
    }

    /// How the keys of all records begin.
    static func records(_ prefix: String) -> String { prefix + "r:" }

    static func isRecord(_ key: String, _ prefix: String) -> Bool {
        let start = records(prefix)
        return key.utf8.starts(with: start.utf8) && key.utf8.count == start.utf8.count + 22
    }

    /// The digest in a record's key.
    static func digest(ofRecord key: some StringProtocol) -> String { String(key.suffix(22)) }

    static func run(_ prefix: String, _ run: String) -> String {
        var key = ByteText()
        Self.run(prefix, run, to: &key)
        return key.text
    }

    static func run(_ prefix: String, _ run: String, to key: inout ByteText) {
        key.append(prefix)
        key.append("run:")
        key.append(escaped: run)
    }

    static func rolled(_ prefix: String) -> String { prefix + "rolled" }

    static func rolling(_ prefix: String) -> String { prefix + "rolling" }

    static func ahead(_ prefix: String) -> String { prefix + "ahead" }

    static func top(
        _ prefix: String, _ field: TopField, _ measure: Measure, _ window: String
    ) -> String {
        var key = ByteText(capacity: 64)
        key.append(prefix)
        key.append("top:")
        key.append(escaped: field.name)
        key.append(":")
        key.append(measure.name)
        key.append(":")
        key.append(window)
        return key.text
    }

    static func tasks(ofRun key: String) -> String { key + tasksOfRun.description }

    static func entries(ofRun key: String) -> String { key + entriesOfRun.description }

    /// What stands behind a run's key.
    static let tasksOfRun: StaticString = ":tasks"
    static let entriesOfRun: StaticString = ":entries"
}
