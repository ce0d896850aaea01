// What administrators set: suspensions, caps, grants.

import RESP

enum SteeringTable {
    /// The suspensions and overrides of an answer.
    static func text(_ answer: RESPValue) -> String {
        var table = Table([
            .text("SCOPE"), .text("LIMIT"), .number("CAP"), .text("UNTIL"), .text("GRANTS"),
        ])
        for scope in (answer["suspended"]?.array ?? []).compactMap(\.string) {
            table.add([scope, "suspended", "", "", ""], .red)
        }
        for one in answer["overrides"]?.array ?? [] {
            let grants = (one["grants"]?.array ?? []).map {
                "+\(Shown.text($0, "amount")) until \(Shown.moment($0, "until_ms"))"
            }
            let cap = Shown.text(one, "cap")
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
        return table.isEmpty ? "nothing is set beside the policy" : table.text
    }
}
