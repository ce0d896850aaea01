// What a Redis has to be before anything is written to it: as `ServerRules` want it, and not behind
// what was acknowledged before. Asked on every new connection, since a restart or a fail-over may
// have changed any of it, and while one is used, since CONFIG SET may have.

import BudgetModel
import NIOCore
public import RedisClient

/// Checks one fresh connection; confined to its link's loop.
public final class StoreCheck {
    private let store: RedisStore
    private let judge: LossJudge
    private let rules: ServerRules
    /// Told what each look at a server found.
    public var onReport: ((ServerReport) -> Void)?
    /// The warnings of the last look; told again only when they change.
    private var warnings: [String] = []

    public init(store: RedisStore, judge: LossJudge, rules: ServerRules = ServerRules()) {
        self.store = store
        self.judge = judge
        self.rules = rules
    }

    public typealias Done = (RedisHandshake.Verdict) -> Void

    /// Checks the server, then its history.
    public func check(_ handshake: RedisHandshake, _ done: @escaping Done) {
        let ask: ServerFacts.Ask = { handshake.send($0, completion: $1) }
        ServerFacts.gather(as: store.link.user, ask) { result in
            if let fault = self.judge(result) {
                done(.refuse(fault))
            } else {
                let run = (try? result.get())?.info["run_id"] ?? ""
                self.seal(handshake, run, done) { self.readEpoch(handshake, done) }
            }
        }
    }

    /// Takes the name of Redis's run to seal by. One that doesn't tell it keeps a secret of ours.
    private func seal(
        _ handshake: RedisHandshake, _ run: String, _ done: @escaping Done,
        then: @escaping () -> Void
    ) {
        guard run.isEmpty else {
            store.seal = run
            return then()
        }
        let own = RedisCommand("SET", Keys.seal, RedisStore.newSecret(), "NX")
        ask(handshake, own, done) { _ in
            self.ask(handshake, RedisCommand("GET", Keys.seal), done) { reply in
                guard let secret = reply.string, !secret.isEmpty else {
                    return done(.refuse("\(Keys.seal) can't be read: \(reply)"))
                }
                self.store.seal = secret
                then()
            }
        }
    }

    /// Checks the server behind a connection that is used; one that is no longer fit is left, and
    /// whatever is connected to next is checked in turn.
    public func checkAgain() {
        let link = store.link
        guard link.status == .ready else { return }
        let deadline = NIODeadline.now() + Self.patience
        let ask: ServerFacts.Ask = { command, completion in
            link.send(command, deadline: deadline) { result in
                // A right that is missing is an answer here, as it is on a fresh connection.
                if case .failure(.unavailable(.misconfigured(let error))) = result {
                    return completion(.success(.error(error)))
                }
                completion(result)
            }
        }
        ServerFacts.gather(as: store.link.user, ask) { result in
            // A Redis that doesn't answer is not found unfit; that it is slow, its callers see.
            if case .failure(let fault) = result, !fault.isAnswer { return }
            guard let fault = self.judge(result) else { return }
            link.reconnect(because: fault)
        }
    }

    /// How long a look at a used connection may take.
    private static let patience = TimeAmount.seconds(5)

    /// Why it can't be used, or nil; warnings are logged.
    private func judge(_ result: Result<ServerFacts, StoreFault>) -> String? {
        switch result {
        case .failure(let fault): return fault.text
        case .success(let facts):
            onReport?(ServerReport(facts, rules))
            if let refusal = rules.refusal(of: facts) { return refusal }
            let found = rules.warnings(about: facts)
            // The numbers in them move; which there are is what matters.
            if found.count != warnings.count {
                for warning in found {
                    store.logger.warning("redis", metadata: ["warning": "\(warning)"])
                }
            }
            warnings = found
            return nil
        }
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
