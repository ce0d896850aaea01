// Rankings of spenders: made from the journal behind its writers' backs, so that no decision pays
// for them, and brought up to date by whoever asks for one. Between questions the daemon does so
// now and then (`rollUp`), and a journal loses no line that is not in them (`trim`).

public import BudgetModel
import Foundation
import NIOCore
import RESP
import RedisClient

extension RedisStore {
    private static let topScript = script(PackageResources.top_lua)
    /// Also where memory is used up: what is not in the rankings can't leave the journal.
    private static let rollupScript = RedisScript(
        source: "#!lua flags=allow-oom\n"
            + String(decoding: PackageResources.rollup_lua, as: UTF8.self))

    /// Lines of a page: the loop and Redis serve others between two.
    private static let pageLines = 64
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

    public func top(
        _ query: TopQuery, completion: @escaping (Result<TopSpenders, BudgetError>) -> Void
    ) {
        walk(query.tenant, most: .max) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success: self.readTop(query, at: self.now, isLast: false, completion)
            }
        }
    }

    // MARK: Reading

    private func calendar(_ tenant: String) -> TimeZone { policy?.timeZone(of: tenant) ?? .gmt }

    /// - Parameter isLast: whether it is told even if its window ended meanwhile.
    private func readTop(
        _ query: TopQuery, at moment: Int64, isLast: Bool,
        _ completion: @escaping (Result<TopSpenders, BudgetError>) -> Void
    ) {
        var windows = CalendarWindows(timeZone: calendar(query.tenant))
        let window = windows.window(query.window, at: moment)
        let prefix = Keys.prefix(query.tenant)
        let key = Keys.top(prefix, query.field, query.measure, window.id)
        evaluate(
            Self.topScript, [Keys.rolled(prefix), key],
            [String(query.count), String(settings.now ?? 0)], { Self.spenders($0, window) }
        ) { result in
            if !isLast, case .success(let top) = result, !window.contains(top.moment.now) {
                self.readTop(query, at: top.moment.now, isLast: true, completion)
            } else {
                completion(result)
            }
        }
    }

    private static func spenders(
        _ reply: RedisReply, _ window: WindowInstance
    ) -> TopSpenders? {
        guard let parts = reply.array, parts.count == 4, let now = parts[0].integer,
            let last = parts[1].string.flatMap({ Sequence(text: $0) }),
            let missed = parts[2].string, let found = parts[3].array,
            found.count.isMultiple(of: 2)
        else { return nil }
        var rows: [TopSpenders.Row] = []
        for index in stride(from: 0, to: found.count, by: 2) {
            guard let name = found[index].string,
                let score = found[index + 1].string.flatMap({ Double($0) }),
                let value = Int64(exactly: score.rounded())
            else { return nil }
            rows.append(.init(name: name, value: value))
        }
        return TopSpenders(
            rows: rows, window: window,
            isComplete: Int64(missed).map { $0 < window.from } ?? true,
            moment: Moment(sequence: last, now: now))
    }

    // MARK: Rolling up

    /// Goes from the cursor to what is the newest line now, or until it has read so many.
    ///
    /// - Parameter completion: told whether there are more.
    func walk(
        _ tenant: String, most: Int, _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        lastRolled(tenant) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let last):
                self.read(self.rollup(tenant, after: last), upTo: nil, left: most, completion)
            }
        }
    }

    /// The last line that is in a tenant's rankings; nil where none is.
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
                    self.hand(over: next, upTo: end, left: left - next.lineCount, completion)
                } else {
                    self.read(next, upTo: end, left: left, completion)
                }
            }
        }
    }

    /// Hands what was read to Redis, and goes on behind it.
    private func hand(
        over rollup: Rollup, upTo end: Sequence, left: Int,
        _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        guard rollup.lineCount > 0 else { return completion(.success(false)) }
        apply(rollup) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let last):
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

    /// Enters what was read, unless somebody else has.
    ///
    /// - Parameter completion: told the last line that is in the rankings.
    func apply(
        _ rollup: Rollup, completion: @escaping (Result<Sequence?, BudgetError>) -> Void
    ) {
        if let first = rollup.unreadable.first {
            logger.error(
                "lines of the journal can't be read, and are in no ranking",
                metadata: [
                    "tenant": "\(rollup.tenant)", "first": "\(first.text)",
                    "lines": "\(rollup.unreadable.count)",
                ])
        }
        var keys = [Keys.rolled(Keys.prefix(rollup.tenant))]
        var arguments = [
            rollup.start?.text ?? "", rollup.last?.text ?? "", rollup.missed.map { "\($0)" } ?? "",
            String(rollup.lastMoment),
        ]
        for (key, increments) in rollup.increments(at: now) {
            keys.append(key)
            arguments += [String(increments.life), String(increments.names.count)]
            for (name, amount) in increments.names { arguments += [name, String(amount)] }
        }
        evaluate(Self.rollupScript, keys, arguments, { Self.applied($0, rollup) }) { result in
            completion(
                result.map { applied in
                    if let fault = applied.fault {
                        self.logger.error(
                            "a ranking can't be written",
                            metadata: ["tenant": "\(rollup.tenant)", "error": "\(fault)"])
                    }
                    return applied.last
                })
        }
    }

    /// Where the cursor is now, and what was wrong with a set.
    private static func applied(
        _ reply: RedisReply, _ rollup: Rollup
    ) -> (last: Sequence?, fault: String?)? {
        if case .integer = reply { return (rollup.last, nil) }
        if let cursor = reply.string { return (Sequence(text: cursor), nil) }
        guard let parts = reply.array, parts.count == 2, let fault = parts[0].string else {
            return nil
        }
        return (rollup.last, fault)
    }
}
