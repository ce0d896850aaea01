// Rolling the journal up into the rankings: read so much of it as is worth while, hand that over
// with the cursor, take the pieces in one by one. What somebody handed over before, and did not
// live to take in, comes first.

public import BudgetModel
import Foundation
import NIOCore
import RESP
import RedisClient

/// Bringing a tenant's rankings forward, to the line that is the newest when it begins.
struct RollupWalk {
    enum Pace: Equatable {
        /// Nobody waits for it: after each step it lets pass `rest` times what that took. So it has
        /// a part of Redis at most, and the less the more there is to decide. It takes nothing in
        /// beyond a moment: whoever is to stop waits for no more of it.
        case gentle(until: NIODeadline, rest: Int64 = 1)
        /// Somebody waits for all rankings.
        case atOnce
        /// Somebody waits for one: what is handed over is not taken in.
        case handingOver

        var isGentle: Bool { if case .gentle = self { true } else { false } }

        /// Whether it has to leave the rest.
        var isOver: Bool { if case .gentle(let end, _) = self { .now() >= end } else { false } }
    }

    /// Lines of a page: the loop and Redis serve others between two.
    private static let pageLines = 128
    /// Steps of a page, where they have a line each.
    private static let mostSteps = 64

    let tenant: String
    /// Lines that it may read.
    fileprivate var left: Int
    let pace: Pace
    /// The line that was the newest when it began; nil until that is known.
    fileprivate var end: Sequence?
    /// Steps of the next page.
    fileprivate var steps = 1

    init(tenant: String, most: Int = .max, _ pace: Pace = .atOnce) {
        self.tenant = tenant
        left = most
        self.pace = pace
    }

    /// So many steps had so many lines: the next page has about as many lines as one is to have.
    fileprivate mutating func saw(_ lines: Int) {
        steps = max(1, min(Self.mostSteps, Self.pageLines * steps / max(1, lines)))
    }
}

extension RedisStore {
    /// Also where memory is used up: what is not in the rankings can't leave the journal.
    private static let handoverScript = writing(PackageResources.handover_lua)

    static func writing(_ source: [UInt8]) -> RedisScript {
        RedisScript(source: "#!lua flags=allow-oom\n" + String(decoding: source, as: UTF8.self))
    }

    /// Lines that rankings may lack without being behind: a TOP takes them in within some 50 ms,
    /// and names that spend all the time are not worth a step each.
    static let mostLacking: UInt64 = 1000

    /// Lines that may come between two looks: where more do, catching up with them is in vain, and
    /// whoever decides needs Redis and the processor more than a TOP that may be asked for later.
    private static let mostBetweenLooks: UInt64 = 2000

    /// The tenants whose rankings lack many lines, of those that this process has entered, where
    /// few have come since this was asked last; to be asked every second.
    public func tenantsBehind() -> [String] {
        guard let judge else { return [] }
        return judge.seen.marks.filter { tenant, mark in
            let queue = queues[ExactText(tenant)]
            defer { queue?.newestAtLook = mark }
            if let queue, !Self.isNear(mark, queue.newestAtLook, Self.mostBetweenLooks) {
                return false
            }
            return !Self.isNear(mark, queue?.rolled.map(WitnessMark.init), Self.mostLacking)
        }.keys.sorted()
    }

    /// Whether at most so many lines are behind another one; before the first there is 0.
    private static func isNear(
        _ mark: WitnessMark, _ before: WitnessMark?, _ most: UInt64
    ) -> Bool {
        let known = before.map { $0.epoch == mark.epoch ? $0.sequence : 0 } ?? 0
        return mark.sequence <= known + most
    }

    /// Lines of one call of `rollUp`: whoever is to stop waits for no more of them.
    private static let sliceLines = 2000
    /// How long one call takes, about.
    private static let slice = TimeAmount.milliseconds(500)

    /// Brings a tenant's rankings forward by some of the journal's lines, gently.
    ///
    /// - Parameters:
    ///   - rest: how many times what a step took it lets pass behind it.
    ///   - completion: told whether there are more.
    public func rollUp(
        tenant: String, rest: Int64 = 1,
        completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        let pace = RollupWalk.Pace.gentle(until: .now() + Self.slice, rest: rest)
        walk(RollupWalk(tenant: tenant, most: Self.sliceLines, pace), completion)
    }

    /// Goes from the cursor to what is the newest line now, or until it has read so many.
    ///
    /// - Parameter completion: told whether there are more.
    func walk(_ walk: RollupWalk, _ completion: @escaping (Result<Bool, BudgetError>) -> Void) {
        drain(walk.tenant, walk.pace) { result in
            guard case .success(false) = result else { return completion(result) }
            self.lastRolled(walk.tenant) { result in
                switch result {
                case .failure(let error): completion(.failure(error))
                case .success(let last):
                    self.queue(of: walk.tenant).rolled = walk.pace == .handingOver ? nil : last
                    self.read(self.rollup(walk.tenant, after: last), walk, completion)
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
        _ rollup: Rollup, _ walk: RollupWalk,
        _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        let start = NIODeadline.now()
        page(rollup, walk) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let page):
                var walk = walk
                walk.end = walk.end ?? page.moment.sequence
                walk.saw(page.lines.count)
                var next = rollup
                next.enter(page)
                let isAtEnd =
                    page.next == nil || next.last.map { $0 >= page.moment.sequence } ?? true
                let isEnough = isAtEnd || next.isFull || next.lineCount >= walk.left
                self.goOn(since: start, walk.pace) { [walk, next] in
                    isEnough
                        ? self.settle(next, walk, completion) : self.read(next, walk, completion)
                }
            }
        }
    }

    /// The first page tells how far to go, and whether there were lines before it. Those behind it
    /// are read without a script, which takes several times as long.
    private func page(
        _ rollup: Rollup, _ walk: RollupWalk,
        _ completion: @escaping (Result<JournalPage, BudgetError>) -> Void
    ) {
        guard let last = rollup.last, let end = walk.end else {
            return journal(
                tenant: rollup.tenant, count: 1, after: rollup.last, completion: completion)
        }
        let journal = Keys.journal(Keys.prefix(rollup.tenant))
        let command = RedisCommand(
            "XRANGE", journal, "(" + last.text, "+", "COUNT", String(walk.steps))
        ask(command) { result in
            completion(
                result.flatMap { reply in
                    guard let steps = reply.array else { return .failure(self.unreadable(journal)) }
                    var lines: [JournalLine] = []
                    for step in steps {
                        guard let read = Self.lines(step) else {
                            return .failure(self.unreadable(journal))
                        }
                        lines += read
                    }
                    return .success(
                        JournalPage(
                            lines: lines, isTrimmed: false,
                            next: steps.count < walk.steps ? nil : lines.last?.moment.sequence,
                            moment: Moment(sequence: end, now: self.now)))
                })
        }
    }

    private func unreadable(_ key: String) -> BudgetError {
        tell("books unreadable", ["key": "\(key)"])
        return BudgetError(.internal, "the books can't be read")
    }

    /// Hands over what was read, takes it in, and goes on behind it.
    private func settle(
        _ rollup: Rollup, _ walk: RollupWalk,
        _ completion: @escaping (Result<Bool, BudgetError>) -> Void
    ) {
        guard rollup.lineCount > 0, let end = walk.end else { return completion(.success(false)) }
        hand(over: rollup) { result in
            guard case .success(let last) = result else {
                return completion(result.map { _ in false })
            }
            self.drain(walk.tenant, walk.pace) { result in
                guard case .success(false) = result else { return completion(result) }
                self.queue(of: walk.tenant).rolled = walk.pace == .handingOver ? nil : last
                let isBehind = last.map { $0 < end } ?? true
                var next = walk
                next.left -= rollup.lineCount
                if !isBehind || next.left <= 0 {
                    completion(.success(isBehind))
                } else {
                    self.read(self.rollup(walk.tenant, after: last), next, completion)
                }
            }
        }
    }

    /// Goes on with a walk's next step.
    ///
    /// - Parameter start: when the one before it began.
    func goOn(
        since start: NIODeadline, _ pace: RollupWalk.Pace, _ next: @escaping () -> Void
    ) {
        guard case .gentle(_, let rest) = pace else { return next() }
        let pause = TimeAmount.nanoseconds(rest * (NIODeadline.now() - start).nanoseconds)
        link.eventLoop.assumeIsolated().scheduleTask(in: pause, next)
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
                rollup.missed.map { "\($0)" } ?? "", rollup.zone, "\(rollup.firstMoment)",
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
}
