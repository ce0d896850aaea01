// A record as the script writes it:
//
//   <state><deadline> <sequence> <now> <tightest> <left> <cap>
//   <the admission's text>
//   F<sequence> <now> <the settlement's text>          once it has ended after being held

import BudgetModel

enum RecordText {
    /// Reads a record; nil where it is not as the script writes it.
    static func read(_ text: String, id: ReservationID) -> Reservation? {
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { Substring($0) }
        guard lines.count >= 2, let letter = lines[0].first,
            let state = ReservationState(rawValue: letter)
        else { return nil }
        let head = lines[0].dropFirst().split(separator: " ")
        guard head.count == 6, let deadline = Int64(head[0]),
            let made = moment(head[1], head[2]), let tight = Int(head[3]),
            let left = Int64(head[4]), let cap = Int64(head[5]),
            let first = CallText.read(lines[1], tenant: id.tenant),
            let kind = kind(first.letter),
            [deadline, made.now, first.timeToLive].allSatisfy((0...Bounds.maxSum).contains)
        else { return nil }
        var ending: Ending?
        if let last = lines.last, last.first == "F" {
            guard let read = readEnding(last.dropFirst(), id.tenant) else { return nil }
            ending = read
        }
        return Reservation(
            id: id, kind: kind, state: state, deadline: deadline, made: made,
            tightest: tight > 0 ? Tightest(index: tight - 1, remaining: left, cap: cap) : nil,
            call: first.call, timeToLive: first.timeToLive, accounts: first.accounts,
            ending: ending)
    }

    private static func readEnding(_ text: Substring, _ tenant: String) -> Ending? {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let moment = moment(parts[0], parts[1]),
            let read = CallText.read(parts[2], tenant: tenant)
        else { return nil }
        return Ending(moment: moment, call: read.call)
    }

    private static func moment(_ sequence: Substring, _ now: Substring) -> Moment? {
        guard let sequence = Sequence(text: sequence), let now = Int64(now) else { return nil }
        return Moment(sequence: sequence, now: now)
    }

    private static func kind(_ letter: Character) -> Admission.Kind? {
        switch letter {
        case "H": .reserve
        case "G": .charge
        case "P": .record
        default: nil
        }
    }
}
