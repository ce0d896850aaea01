// What a Redis has to be before anything is written to it: new enough, a master, one that never
// evicts counters, and not behind what was acknowledged before. Asked on every new connection,
// since a restart or a fail-over may have changed any of it.

import BudgetModel
public import RedisClient

/// Checks one fresh connection; confined to its link's loop.
public final class StoreCheck {
    private let store: RedisStore
    private let judge: LossJudge

    public init(store: RedisStore, judge: LossJudge) {
        self.store = store
        self.judge = judge
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
        let seen = judge.seen
        ask(handshake, RedisCommand("GET", Keys.epoch), done) { reply in
            self.readMarks(handshake, seen.marks.keys.sorted(), done) { found in
                self.decide(handshake, seen, epoch: reply.integer, found, done)
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
                    marks[tenant] = WitnessMark(sequence)
                }
                left -= 1
                if left == 0 { then(marks) }
            }
        }
    }

    private func decide(
        _ handshake: RedisHandshake, _ seen: WitnessLedger, epoch: Int64?,
        _ found: [String: WitnessMark], _ done: @escaping Done
    ) {
        // A journal may show an epoch that the key has not, where the key was set back.
        let shown = max(found.values.map(\.epoch).max() ?? 0, UInt64(store.newerEpoch ?? 0))
        let epoch = epoch.map { max(UInt64($0), shown) }
        switch judge.judge(seen: seen, epoch: epoch, found: found, store.logger) {
        case .refuse(let reason): done(.refuse(reason))
        case .serve(let least): begin(handshake, least, done)
        }
    }

    /// Raises Redis's epoch where it is lower, never lowers it, and takes what it is then.
    private func begin(_ handshake: RedisHandshake, _ least: Int64, _ done: @escaping Done) {
        let command = RedisCommand("EVAL", Self.raising, "1", Keys.epoch, String(least))
        ask(handshake, command, done) { reply in
            guard let epoch = reply.integer else {
                done(.refuse("Redis's epoch can't be read: \(reply)"))
                return
            }
            guard epoch == least else {
                // Somebody accepted a loss meanwhile.
                self.readEpoch(handshake, done)
                return
            }
            self.judge.confirm(epoch: epoch)
            self.store.begin(epoch: epoch)
            done(.accept)
        }
    }

    private static let raising = """
        local known = redis.call('GET', KEYS[1])
        if not known or tonumber(known) < tonumber(ARGV[1]) then
          redis.call('SET', KEYS[1], ARGV[1])
          known = ARGV[1]
        end
        return tonumber(known)
        """

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
