// The answers of POLICY SHOW, CHECK and RELOAD. They are of no tenant, so there is no `seq`.

import BudgetModel

enum PolicyAnswer {
    static func shown(_ office: any PolicyOffice, _ digest: String, now: Int64) -> Answer {
        let holders = office.holders
        let rows = holders.map { holder in
            Answer.map([
                .init("daemon", .text(holder.daemon)), .init("digest", .text(holder.digest)),
                .init("at_ms", .integer(holder.at)),
            ])
        }
        return .map(
            [
                .init("file", .text(office.file)), .init("read_at_ms", .integer(office.readAt)),
                .init("daemons", .list(rows)),
                .init("agree", .flag(holders.allSatisfy { $0.digest == digest })),
            ] + tail(digest, now))
    }

    static func checked(_ reading: PolicyReading, inForce: String, now: Int64) -> Answer {
        let isChange = reading.digest.map { $0 != inForce } ?? false
        return .map(
            look(reading) + [.init("changed", .flag(isChange))] + tail(inForce, now))
    }

    static func reloaded(_ reading: PolicyReading, inForce: String, now: Int64) -> Answer {
        .map(
            look(reading) + [
                .init("changed", .flag(inForce != reading.before)),
                .init("reloaded", .flag(reading.digest != nil)),
            ] + tail(inForce, now))
    }

    private static func look(_ reading: PolicyReading) -> [Answer.Pair] {
        [
            .init("file", .text(reading.file)), .init("digest", .optional(reading.digest)),
            .init("faults", .list(reading.faults.map(Answer.text))),
        ]
    }

    private static func tail(_ digest: String, _ now: Int64) -> [Answer.Pair] {
        [.init("now_ms", .integer(now)), .init("policy", .text(digest))]
    }
}
