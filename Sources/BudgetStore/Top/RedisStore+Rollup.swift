// Rolling the journal up into the rankings: read so much of it as is worth while, hand that over
// with the cursor, take the pieces in one by one. What somebody handed over before, and did not
// live to take in, comes first.

public import BudgetModel
import Foundation
import NIOCore
import RESP
import RedisClient

extension RedisStore {
    /// Both also where memory is used up: what is not in the rankings can't leave the journal.
    private static let handoverScript = writing(PackageResources.handover_lua)
    private static let rollupScript = writing(PackageResources.rollup_lua)

    private static func writing(_ source: [UInt8]) -> RedisScript {
        RedisScript(source: "#!lua flags=allow-oom\n" + String(decoding: source, as: UTF8.self))
    }

    /// Lines of a page: the loop and Redis serve others between two.
    private static let pageLines = 32
    /// Lines of one call of `rollUp`: whoever is to stop waits for no more of them.
    private static let sliceLines = 10_000

    /// Brings a tenant's rankings forward by some of the journal's lines.
    ///
    /// - Parameter completion: told whether there are more.
    public func rollUp(
        tenant: String, completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        walk(tenant, most: Self.sliceLines, completion)
    }

    /// Goes from the cursor to what is the newest line now, or until it has read so many.
    ///
    /// - Parameter completion: told whether there are more.
    func walk(
        _ tenant: String, most: Int, _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        drain(tenant) { result in
            if case .failure(let error) = result { return completion(.failure(error)) }
            self.lastRolled(tenant) { result in
                switch result {
                case .failure(let error): completion(.failure(error))
                case .success(let last):
                    self.read(self.rollup(tenant, after: last), upTo: nil, left: most, completion)
                }
            }
        }
    }

    /// The last line that is in a tenant's rankings, or on its way into them; nil where none is.
    func lastRolled(
        _ tenant: String, completion: @escaping (Result<Sequence?, BudgetError>) -> Void
    ) {
        ask(RedisCommand("HGET", Keys.rolled(Keys.prefix(tenant)), "seq")) { result in
            completion(result.map { $0.string.flatMap { Sequence(text: $0) } })
        }
    }

    func rollup(_ tenant: String, after last: Sequence?) -> Rollup {
        Rollup(tenant: tenant, after: last, timeZone: calendar(tenant))
    }

    /// Reads a page, and goes on until the line that was the newest when the walk began.
    private func read(
        _ rollup: Rollup, upTo end: Sequence?, left: Int,
        _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        journal(tenant: rollup.tenant, count: Self.pageLines, after: rollup.last) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let page):
                let end = end ?? page.moment.sequence
                var next = rollup
                next.enter(page)
                let isAtEnd = page.next == nil || next.last.map { $0 >= end } ?? true
                if isAtEnd || next.isFull || next.lineCount >= left {
                    self.goOn(next, upTo: end, left: left - next.lineCount, completion)
                } else {
                    self.read(next, upTo: end, left: left, completion)
                }
            }
        }
    }

    /// Hands over what was read, takes it in, and goes on behind it.
    private func goOn(
        _ rollup: Rollup, upTo end: Sequence, left: Int,
        _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        guard rollup.lineCount > 0 else { return completion(.success(false)) }
        hand(over: rollup) { result in
            guard case .success(let last) = result else {
                return completion(result.map { _ in false })
            }
            self.drain(rollup.tenant) { result in
                if case .failure(let error) = result { return completion(.failure(error)) }
                let isBehind = last.map { $0 < end } ?? true
                if !isBehind || left <= 0 {
                    completion(.success(isBehind))
                } else {
                    self.read(
                        self.rollup(rollup.tenant, after: last), upTo: end, left: left, completion)
                }
            }
        }
    }

    // MARK: Handing over

    /// Hands over what was read, unless somebody else has.
    ///
    /// - Parameter completion: told the last line that was handed over by now.
    func hand(
        over rollup: Rollup, completion: @escaping (Result<Sequence?, BudgetError>) -> Void
    ) {
        if let first = rollup.unreadable.first {
            logger.error(
                "lines of the journal can't be read, and are in no ranking",
                metadata: [
                    "tenant": "\(rollup.tenant)", "first": "\(first.text)",
                    "lines": "\(rollup.unreadable.count)",
                ])
        }
        let prefix = Keys.prefix(rollup.tenant)
        let arguments =
            [
                rollup.start?.text ?? "", rollup.last?.text ?? "",
                rollup.missed.map { "\($0)" } ?? "",
            ] + rollup.pieces(at: now).map(\.text)
        evaluate(
            Self.handoverScript, [Keys.rolled(prefix), Keys.rolling(prefix)], arguments,
            { Self.cursor($0, rollup) }, completion)
    }

    /// Where the cursor is now.
    private static func cursor(_ reply: RedisReply, _ rollup: Rollup) -> Sequence?? {
        if case .integer = reply { return .some(rollup.last) }
        return reply.string.map { Sequence(text: $0) }
    }

    // MARK: Taking in

    /// Takes in all that was handed over, whoever did that.
    func drain(_ tenant: String, completion: @escaping (Result<Void, BudgetError>) -> Void) {
        let key = Keys.rolling(Keys.prefix(tenant))
        ask(RedisCommand("LINDEX", key, "0")) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let piece): self.take(piece.string ?? "", of: tenant, completion)
            }
        }
    }

    /// Takes pieces in, from one on whose first line that is; empty where there is none.
    private func take(
        _ line: String, of tenant: String,
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
        evaluate(Self.rollupScript, keys, [head.text, head.moment] + lives, Self.taken) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let taken):
                if let fault = taken.fault {
                    self.tell(
                        "a ranking can't be written",
                        ["tenant": "\(tenant)", "error": "\(fault)"])
                }
                self.take(taken.next, of: tenant, completion)
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
