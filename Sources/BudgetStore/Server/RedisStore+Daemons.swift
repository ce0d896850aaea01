// Which daemons stand before this Redis, and under which policy each decides. A hash with a field
// for each, since there are few; a field that is old is a daemon that is gone, and is taken out.

public import BudgetModel
import RedisClient

extension RedisStore {
    /// How long a daemon is believed to live after its last word, in milliseconds.
    public static let daemonLifeMs: Int64 = 20_000

    /// What a daemon said.
    public typealias DaemonWord = (daemon: String, digest: String, at: Int64)

    /// Says under which policy a daemon decides, and learns the same of the others.
    ///
    /// - Parameter daemon: a name that it keeps over restarts.
    public func announce(
        daemon: String, digest: String,
        completion: @escaping (Result<[DaemonWord], BudgetError>) -> Void
    ) {
        let now = now
        ask(RedisCommand("HSET", Keys.daemons, daemon, "\(digest) \(now)")) { result in
            if case .failure(let error) = result { return completion(.failure(error)) }
            self.ask(RedisCommand("HGETALL", Keys.daemons)) { result in
                completion(result.map { self.living(in: $0.array ?? [], now: now) })
            }
        }
    }

    private func living(in reply: [RedisReply], now: Int64) -> [DaemonWord] {
        var living: [DaemonWord] = []
        for index in stride(from: 0, to: reply.count - 1, by: 2) {
            guard let daemon = reply[index].string else { continue }
            let words = (reply[index + 1].string ?? "").split(separator: " ")
            if words.count == 2, let at = Int64(words[1]), now - at < Self.daemonLifeMs {
                living.append((daemon, String(words[0]), at))
            } else {
                // Whether it succeeds is of no importance: the next look tries again.
                ask(RedisCommand("HDEL", Keys.daemons, daemon)) { _ in }
            }
        }
        return living.sorted { $0.daemon < $1.daemon }
    }
}
