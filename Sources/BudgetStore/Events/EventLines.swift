// A page of the journal on its way to being events. A pure value: it says what else has to be
// known of its lines, and is given it.

import BudgetModel
import RedisClient

struct EventLines {
    let query: EventQuery
    private var lines: [JournalLine] = []
    private var hasMore: Bool
    private var last: Sequence
    private var missed: Moment?
    /// How many lines were looked at.
    private var looked = 0

    /// - Parameters:
    ///   - steps: of the journal, as Redis answers them.
    ///   - most: how many there are at the most; so many of them may not be all.
    init(_ query: EventQuery, steps: LentReply, most: Int) {
        self.query = query
        hasMore = steps.count >= most
        last = query.after
        for index in 0..<steps.count {
            guard let step = JournalStep(steps[index]) else { continue }
            looked += step.count
            if index == 0 { missed = Self.missed(between: query.after, and: step) }
            // Most are others', and not looked at further than that.
            for line in 0..<step.count where Self.isWanted(step.text(line), query.interest) {
                guard lines.count < query.most else {
                    last = lines.last?.moment.sequence ?? last
                    hasMore = true
                    return
                }
                // A page may have ended within a step.
                if let read = step.line(line), read.moment.sequence > query.after {
                    lines.append(read)
                }
            }
            last = step.last
        }
    }

    /// The last line that is gone where the first that is there doesn't follow.
    private static func missed(between after: Sequence, and step: JournalStep) -> Moment? {
        let next = step.first
        let follows =
            next.epoch == after.epoch
            ? next.number <= after.number + 1 : next.epoch > after.epoch && next.number <= 1
        return follows ? nil : Moment(sequence: next.advanced(by: -1), now: step.now)
    }

    private static func isWanted(
        _ text: UnsafeRawBufferPointer?, _ interest: EventInterest
    ) -> Bool {
        guard let text else { return false }
        return interest.takesAll || isAct(text.first) || needsRecord(text.first)
            || CallText.names(text, oneOf: interest)
    }

    /// The first and the last line that an act left.
    var acts: (first: Sequence, last: Sequence)? {
        guard let first = lines.first(where: { Self.isAct($0.text.utf8.first) }),
            let last = lines.last(where: { Self.isAct($0.text.utf8.first) })
        else { return nil }
        return (first.moment.sequence, last.moment.sequence)
    }

    /// The records that know whose call a line is about.
    var recordKeys: [String] { lines.filter { Self.needsRecord($0.text.utf8.first) }.map(\.key) }

    private static func isAct(_ letter: UInt8?) -> Bool {
        switch letter {
        case UInt8(ascii: "A"), UInt8(ascii: "Q"), UInt8(ascii: "K"): true
        default: false
        }
    }

    private static func needsRecord(_ letter: UInt8?) -> Bool {
        switch letter {
        case UInt8(ascii: "R"), UInt8(ascii: "E"), UInt8(ascii: "X"): true
        default: false
        }
    }

    /// Of lines that are there already, the oldest first.
    init(_ query: EventQuery, lines: [JournalLine]) {
        self.query = query
        self.lines = lines
        hasMore = false
        last = lines.last?.moment.sequence ?? query.after
        missed = nil
        looked = lines.count
    }

    /// The events.
    ///
    /// - Parameters:
    ///   - acts: the audit's entries of the page's acts.
    ///   - records: by key, as far as they are kept.
    func read(_ acts: [AuditEntry], records: [String: String]) -> EventPage {
        let known = Dictionary(
            acts.map { ($0.moment.sequence, $0) }, uniquingKeysWith: { first, _ in first })
        let events = lines.compactMap { line -> Event? in
            if Self.isAct(line.text.utf8.first) {
                return known[line.moment.sequence].map { RedisStore.event($0, query.tenant) }
            }
            return call(line, records).map {
                Event(tenant: query.tenant, moment: line.moment, matter: .call($0))
            }
        }
        return EventPage(
            events: events, last: last, hasMore: hasMore, missed: missed, looked: looked)
    }

    private func call(_ line: JournalLine, _ records: [String: String]) -> Event.Call? {
        guard let kind = Self.kind(line.text) else { return nil }
        let id = ReservationID(tenant: query.tenant, digest: Keys.digest(ofRecord: line.key))
        guard !Self.needsRecord(line.text.utf8.first) else {
            let record = records[line.key].flatMap { RecordText.read($0, id: id) }
            return record.map { Event.Call(kind: kind, id: id, call: $0.call) }
        }
        let hasWarnings = line.text.utf8.contains(UInt8(ascii: "\n"))
        let read = CallText.read(
            line.text[...], tenant: query.tenant, hasAccounts: hasWarnings)
        guard let read else { return nil }
        return Event.Call(
            kind: kind, id: id, call: read.call,
            warnings: hasWarnings ? warnings(line.text, read.accounts) : [])
    }

    private static func kind(_ text: String) -> Event.CallKind? {
        switch text.utf8.first {
        case UInt8(ascii: "H"): .reserve
        case UInt8(ascii: "G"): .charge
        case UInt8(ascii: "P"): .record
        case UInt8(ascii: "C"): .commit
        case UInt8(ascii: "L"): .lateCommit
        case UInt8(ascii: "R"): .release
        case UInt8(ascii: "X"): .extend
        case UInt8(ascii: "E"): .expire
        case UInt8(ascii: "D"): .expireCharge
        case UInt8(ascii: "V"): .void
        default: nil
        }
    }

    /// The lines `W <share> <used field> <key>` behind a call's.
    private func warnings(_ text: String, _ accounts: [Account]) -> [Event.Warning] {
        let prefix = Keys.prefix(query.tenant)
        return text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = Substring(line).split(separator: " ")
            guard words.count == 4, words[0] == "W", let share = Int64(words[1]),
                let account = accounts.first(where: { account in
                    words[2].utf8.elementsEqual("u:\(account.counter)".utf8)
                        && words[3].utf8.elementsEqual(
                            Keys.window(prefix, account.scope, account.window).utf8)
                })
            else { return nil }
            return Event.Warning(limit: account.name, scope: account.scope.text, share: share)
        }
    }
}
