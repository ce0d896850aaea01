// What a Redis has to be before anything is written to it: new enough, a master, one that never
// evicts counters, and not behind what was acknowledged before. Asked on every new connection,
// since a restart or a fail-over may have changed any of it.

import BudgetModel
public import RedisClient

/// Checks one fresh connection; confined to its link's loop.
public final class StoreCheck {
    private let store: RedisStore
    private let witness: Witness
    /// An administrator accepts that Redis has lost data: the next check that finds a loss
    /// begins a new epoch in place of refusing.
    private var acceptsLoss: Bool

    public init(store: RedisStore, witness: Witness, acceptsLoss: Bool = false) {
        self.store = store
        self.witness = witness
        self.acceptsLoss = acceptsLoss
    }

    public typealias Done = (RedisHandshake.Verdict) -> Void

    /// Checks the server, then its history.
    public func check(_ handshake: RedisHandshake, _ done: @escaping Done) {
        ask(handshake, RedisCommand("INFO"), done) { reply in
            if let fault = Self.faultOfServer(reply.string ?? "") {
                done(.refuse(fault))
                return
            }
            self.readEpoch(handshake, done)
        }
    }

    /// What is wrong with a server that says this of itself, or nil.
    static func faultOfServer(_ info: String) -> String? {
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        let version = fields["redis_version"] ?? "?"
        guard let major = Int(version.prefix { $0 != "." }), major >= 7 else {
            return "Redis is version \(version); expected 7.0 or newer"
        }
        guard fields["role"] == "master" else {
            return "Redis is a \(fields["role"] ?? "?"); expected a master"
        }
        guard fields["maxmemory_policy"] == "noeviction" else {
            return "Redis's maxmemory-policy is \(fields["maxmemory_policy"] ?? "?"), which "
                + "resets budgets silently; expected noeviction"
        }
        return nil
    }

    /// What had been seen is taken first: other loops see more while this one reads.
    private func readEpoch(_ handshake: RedisHandshake, _ done: @escaping Done) {
        let seen = witness.seen
        ask(handshake, RedisCommand("GET", Keys.epoch), done) { reply in
            self.readMarks(handshake, seen.marks.keys.sorted(), done) { marks in
                self.judge(handshake, seen, epoch: reply.integer, marks, done)
            }
        }
    }

    /// The newest sequence number of each tenant that was seen.
    private func readMarks(
        _ handshake: RedisHandshake, _ tenants: [String], _ done: @escaping Done,
        then: @escaping ([String: WitnessMark]) -> Void
    ) {
        var marks: [String: WitnessMark] = [:]
        var left = tenants.count
        guard left > 0 else { return then(marks) }
        for tenant in tenants {
            let journal = Keys.journal(Keys.prefix(tenant))
            let command = RedisCommand("XREVRANGE", journal, "+", "-", "COUNT", "1")
            ask(handshake, command, done) { reply in
                if let newest = reply.array?.first?.array?.first?.string,
                    let sequence = Sequence(text: newest)
                {
                    marks[tenant] = WitnessMark(
                        epoch: UInt64(sequence.epoch), sequence: UInt64(sequence.number))
                }
                left -= 1
                if left == 0 { then(marks) }
            }
        }
    }

    private func judge(
        _ handshake: RedisHandshake, _ seen: WitnessLedger, epoch: Int64?,
        _ marks: [String: WitnessMark], _ done: @escaping Done
    ) {
        let losses = seen.losses(against: marks)
        let isBehind = epoch.map { UInt64($0) < seen.epoch } ?? false
        guard losses.isEmpty, !isBehind else {
            guard acceptsLoss else {
                let names = losses.prefix(5).map(\.tenant).joined(separator: ", ")
                done(
                    .refuse(
                        "Redis has lost data of \(losses.count) tenants (\(names)): restore it, "
                            + "or start budgetd once with --accept-loss"))
                return
            }
            acceptsLoss = false
            let next = Int64(witness.accept(store: marks))
            write(handshake, epoch: next, RedisCommand("SET", Keys.epoch, String(next)), done)
            return
        }
        if let epoch {
            begin(epoch: epoch)
            done(.accept)
        } else {
            let first = Int64(witness.epoch)
            let command = RedisCommand("SET", Keys.epoch, String(first), "NX")
            write(handshake, epoch: first, command, done)
        }
    }

    private func write(
        _ handshake: RedisHandshake, epoch: Int64, _ command: RedisCommand, _ done: @escaping Done
    ) {
        ask(handshake, command, done) { _ in
            self.begin(epoch: epoch)
            done(.accept)
        }
    }

    private func begin(epoch: Int64) {
        store.begin(epoch: epoch)
    }

    private func ask(
        _ handshake: RedisHandshake, _ command: RedisCommand, _ done: @escaping Done,
        then: @escaping (RedisReply) -> Void
    ) {
        handshake.send(command) { result in
            switch result {
            case .success(.error(let error)):
                done(.refuse("Redis answers \(error.code) to the check before use"))
            case .success(let reply): then(reply)
            case .failure(let failure): done(.refuse("the check before use failed: \(failure)"))
            }
        }
    }
}
