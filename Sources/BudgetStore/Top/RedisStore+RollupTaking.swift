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
    /// Microseconds of Redis's time that a step takes.
    private static let shortStep: Int64 = 1000
    private static let longStep: Int64 = 4000

    /// Takes in all that was handed over, whoever did that.
    func drain(
        _ tenant: String, isGentle: Bool = false,
        completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        let key = Keys.rolling(Keys.prefix(tenant))
        ask(RedisCommand("LINDEX", key, "0")) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let piece):
                self.take(
                    piece.string ?? "", of: tenant, isGentle, Self.shortStep, completion)
            }
        }
    }

    /// Takes pieces in, from one on whose first line that is; empty where there is none.
    ///
    /// - Parameter micros: how long a step may take Redis.
    private func take(
        _ line: String, of tenant: String, _ isGentle: Bool, _ micros: Int64,
        _ completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        guard !line.isEmpty else { return completion(.success(())) }
        let prefix = Keys.prefix(tenant)
        guard let head = RollupPiece.head(line) else {
            tell("a piece can't be read", ["key": "\(Keys.rolling(prefix))"])
            return completion(.failure(BudgetError(.internal, "the rankings can't be read")))
        }
        var keys = [Keys.rolled(prefix), Keys.rolling(prefix)]
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
                let rest = (NIODeadline.now() - start).nanoseconds / 1000 - micros
                let next = isGentle ? micros : min(max(rest, Self.shortStep), Self.longStep)
                self.goOn(since: start, isGentle: isGentle) {
                    self.take(taken.next, of: tenant, isGentle, next, completion)
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
}
