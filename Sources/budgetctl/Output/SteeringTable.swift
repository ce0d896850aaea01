// What administrators set: suspensions, caps, grants.

import RESP

enum SteeringTable {
    /// The suspensions and overrides of an answer.
    static func text(_ answer: RESPValue) -> String {
        var table = Table([
            .name("SCOPE"), .name("LIMIT"), .number("CAP"), .text("UNTIL"), .text("GRANTS"),
        ])
        for scope in (answer["suspended"]?.array ?? []).compactMap(\.string) {
            table.add([scope, "suspended", "", "", ""], .red)
        }
        for one in answer["overrides"]?.array ?? [] {
            let measure = Shown.text(one, "measure")
            let grants = (one["grants"]?.array ?? []).map {
                "+\(Shown.amount($0, "amount", of: measure)) until \(Shown.moment($0, "until_ms"))"
            }
            let cap = Shown.amount(one, "cap", of: measure)
            let until = Shown.moment(one, "until_ms")
            let isGone = one["in_policy"]?.integer == 0
            let limit = [Shown.text(one, "limit"), isGone ? "(not in the policy)" : ""]
            table.add([
                Shown.text(one, "scope"), limit.filter { !$0.isEmpty }.joined(separator: " "),
                cap.isEmpty ? "the policy's" : cap,
                until.isEmpty && !cap.isEmpty ? "for good" : until,
                grants.joined(separator: ", "),
            ])
        }
        for scope in (answer["unreadable"]?.array ?? []).compactMap(\.string) {
            table.add([scope, "(what is set can't be read)", "", "", ""], .red)
        }
        return table.isEmpty ? "nothing is set beside the policy" : table.text
    }
}
