// Taking into the rankings what was handed over: some of it a step, so that Redis serves others
// after each.
//
// A step takes a millisecond of Redis's, as long as a batch of decisions. Where somebody waits for
// it, and the rest of the way there and back takes longer than that, as with an append-only file
// on a slow disk, a step takes as long as that, within bounds: else the most of the time would go
// into waiting for the disk, which holds decisions up as well.

import BudgetModel
import NIOCore
import RedisClient

extension RedisStore {
    private static let rollupScript = writing(PackageResources.rollup_lua)
    private static let aheadScript = writing(PackageResources.ahead_lua)
    /// Pieces that are taken into all rankings while one is asked for.
    private static let fewPieces: Int64 = 64
    /// Lines that are handed over before any is taken in: some ten megabytes.
    private static let mostHandedOver = 200_000
    /// Microseconds of Redis's time that a step takes.
    private static let shortStep: Int64 = 1000
    private static let longStep: Int64 = 4000

    /// Takes in what was handed over, whoever did that.
    ///
    /// - Parameter completion: told whether it left some: not where somebody waits for it.
    func drain(
        _ tenant: String, _ pace: RollupWalk.Pace = .atOnce,
        completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        guard pace != .handingOver else { return completion(.success(false)) }
        let key = Keys.rolling(Keys.prefix(tenant))
        ask(RedisCommand("LINDEX", key, "0")) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let piece):
                self.take(
                    piece.string ?? "", of: tenant, pace, Self.shortStep, completion)
            }
        }
    }

    /// Takes pieces in, from one on whose first line that is; empty where there is none.
    ///
    /// - Parameter micros: how long a step may take Redis.
    private func take(
        _ line: String, of tenant: String, _ pace: RollupWalk.Pace, _ micros: Int64,
        _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        guard !line.isEmpty else { return completion(.success(false)) }
        guard !pace.isOver else { return completion(.success(true)) }
        let prefix = Keys.prefix(tenant)
        guard let head = RollupPiece.head(line) else {
            tell("a piece can't be read", ["key": "\(Keys.rolling(prefix))"])
            return completion(.failure(BudgetError(.internal, "the rankings can't be read")))
        }
        var keys = [Keys.rolled(prefix), Keys.rolling(prefix), Keys.ahead(prefix)]
        var lives: [String] = []
        for window in head.windows {
            let life = window.until + Rollup.life(head.field, window.id) - now
            guard life > 0 else { continue }
            lives.append(String(life))
            for measure in Measure.sums {
                keys.append(Keys.top(prefix, head.field, measure, window.id))
            }
        }
        let start = NIODeadline.now()
        evaluate(
            Self.rollupScript, keys, [head.text, String(micros)] + lives, Self.taken
        ) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let taken):
                if let fault = taken.fault {
                    self.tell(
                        "a ranking can't be written",
                        ["tenant": "\(tenant)", "error": "\(fault)"])
                }
                let next = pace.isGentle ? micros : Self.step(after: micros, since: start)
                self.goOn(since: start, pace) {
                    self.take(taken.next, of: tenant, pace, next, completion)
                }
            }
        }
    }

    /// The head of the piece that is the next, and what was wrong with a set; nil where nothing
    /// was done.
    private static func taken(_ reply: RedisReply) -> (next: String, fault: String?)? {
        guard let parts = reply.array, let next = parts.first?.string else { return nil }
        return (next, parts.count > 1 ? parts[1].string : nil)
    }

    /// How long the next step may take Redis.
    private static func step(after micros: Int64, since start: NIODeadline) -> Int64 {
        let rest = (NIODeadline.now() - start).nanoseconds / 1000 - micros
        return min(max(rest, shortStep), longStep)
    }

    // MARK: One ranking

    /// Brings one ranking up to the newest line: by itself, where much is on its way into all.
    func bring(
        _ key: RankingKey, of tenant: String,
        completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        let walk = RollupWalk(tenant: tenant, most: Self.mostHandedOver, .handingOver)
        self.walk(walk) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(true):
                // So much is better taken in than kept in the list.
                self.drain(tenant) { result in
                    if case .failure(let error) = result { return completion(.failure(error)) }
                    self.bring(key, of: tenant, completion: completion)
                }
            case .success(false):
                self.ask(RedisCommand("LLEN", Keys.rolling(Keys.prefix(tenant)))) { result in
                    switch result {
                    case .failure(let error): completion(.failure(error))
                    case .success(let length) where length.integer ?? 0 > Self.fewPieces:
                        self.takeAhead(key, of: tenant, Self.shortStep, completion)
                    case .success: self.drain(tenant) { completion($0.map { _ in }) }
                    }
                }
            }
        }
    }

    /// Takes what is on its way into one ranking alone.
    private func takeAhead(
        _ key: RankingKey, of tenant: String, _ micros: Int64,
        _ completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        let prefix = Keys.prefix(tenant)
        let life = key.window.until + Rollup.life(key.field, key.window.id) - now
        let start = NIODeadline.now()
        evaluate(
            Self.aheadScript,
            [Keys.rolling(prefix), Keys.ahead(prefix), key.text(prefix)],
            [
                Escaping.component(key.field.name), key.window.id, String(key.place),
                String(max(life, 1)), String(micros),
            ], { $0.integer }
        ) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let left) where left > 0:
                let next = Self.step(after: micros, since: start)
                self.takeAhead(key, of: tenant, next, completion)
            case .success: completion(.success(()))
            }
        }
    }
}

/// Which ranking.
struct RankingKey {
    let field: TopField
    let measure: Measure
    let window: WindowInstance

    /// The measure's, in a piece's lines.
    var place: Int { (Measure.sums.firstIndex(of: measure) ?? 0) + 1 }

    func text(_ prefix: String) -> String { Keys.top(prefix, field, measure, window.id) }
}
