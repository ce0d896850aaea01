// What a Redis has to be before anything is written to it: as `ServerRules` want it, and not behind
// what was acknowledged before. Asked on every new connection, since a restart or a fail-over may
// have changed any of it, and while one is used, since CONFIG SET may have.

import BudgetModel
import NIOCore
public import RedisClient

/// Checks one fresh connection; confined to its link's loop.
public final class StoreCheck {
    private let store: RedisStore
    private let witness: Witness
    private let rules: ServerRules
    /// The warnings of the last look; told again only when they change.
    private var warnings: [String] = []
    /// An administrator accepts that Redis has lost data: the next check that finds a loss
    /// begins a new epoch in place of refusing.
    private var acceptsLoss: Bool

    public init(
        store: RedisStore, witness: Witness, rules: ServerRules = ServerRules(),
        acceptsLoss: Bool = false
    ) {
        self.store = store
        self.witness = witness
        self.rules = rules
        self.acceptsLoss = acceptsLoss
    }

    public typealias Done = (RedisHandshake.Verdict) -> Void

    /// Checks the server, then its history.
    public func check(_ handshake: RedisHandshake, _ done: @escaping Done) {
        let ask: ServerFacts.Ask = { handshake.send($0, completion: $1) }
        ServerFacts.gather(ask) { result in
            if let fault = self.judge(result) {
                done(.refuse(fault))
            } else {
                self.readEpoch(handshake, done)
            }
        }
    }

    /// Checks the server behind a connection that is used; one that is no longer fit is left, and
    /// whatever is connected to next is checked in turn.
    public func checkAgain() {
        let link = store.link
        guard link.status == .ready else { return }
        let deadline = NIODeadline.now() + Self.patience
        let ask: ServerFacts.Ask = { link.send($0, deadline: deadline, completion: $1) }
        ServerFacts.gather(ask) { result in
            // A Redis that doesn't answer is not found unfit; that it is slow, its callers see.
            guard case .success = result, let fault = self.judge(result) else { return }
            link.leave(because: fault)
        }
    }

    /// How long a look at a used connection may take.
    private static let patience = TimeAmount.seconds(5)

    /// Why it can't be used, or nil; warnings are logged.
    private func judge(_ result: Result<ServerFacts, StoreFault>) -> String? {
        switch result {
        case .failure(let fault): return fault.text
        case .success(let facts):
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

    private func readEpoch(_ handshake: RedisHandshake, _ done: @escaping Done) {
        ask(handshake, RedisCommand("GET", Keys.epoch), done) { reply in
            self.readMarks(handshake, done) { marks in
                self.judge(handshake, epoch: reply.integer, marks, done)
            }
        }
    }

    /// The newest sequence number of each tenant that the witness knows.
    private func readMarks(
        _ handshake: RedisHandshake, _ done: @escaping Done,
        then: @escaping ([String: WitnessMark]) -> Void
    ) {
        let tenants = witness.tenants
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
        _ handshake: RedisHandshake, epoch: Int64?, _ marks: [String: WitnessMark],
        _ done: @escaping Done
    ) {
        let losses = witness.verify(store: marks)
        let isBehind = epoch.map { UInt64($0) < witness.epoch } ?? false
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
