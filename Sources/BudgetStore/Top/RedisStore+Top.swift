// Rankings of spenders: made from the journal behind its writers' backs, so that no decision pays
// for them, and brought up to date by whoever asks for one. Between questions the daemon does so
// now and then (`rollUp`), and a journal loses no line that is not in them (`trim`).

public import BudgetModel
import Foundation
import NIOCore
import RESP
import RedisClient

extension RedisStore {
    private static let topScript = rankingScript(PackageResources.top_lua)
    /// Whoever asks while others roll up looks again, so often at most.
    private static let mostLooks = 100

    public func top(
        _ query: TopQuery, completion: @escaping (Result<TopSpenders, BudgetError>) -> Void
    ) {
        ranked(query.tenant, completion) { moment, completion in
            var windows = CalendarWindows(timeZone: self.calendar(query.tenant))
            let window = windows.window(query.window, at: moment)
            let prefix = Keys.prefix(query.tenant)
            let key = Keys.top(prefix, query.field, query.measure, window.id)
            self.evaluate(
                Self.topScript, [Keys.rolled(prefix), Keys.rolling(prefix), key],
                [
                    String(query.count), String(self.settings.now ?? 0),
                    query.below.map { "(\($0)" } ?? "+inf",
                ], { Self.look($0, window) }, completion)
        }
    }

    static func rankingScript(_ source: [UInt8]) -> RedisScript {
        script(PackageResources.rankings_lua + source)
    }

    func calendar(_ tenant: String) -> TimeZone { policy?.timeZone(of: tenant) ?? .gmt }

    private static func look(
        _ reply: RedisReply, _ window: WindowInstance
    ) -> RankingLook<TopSpenders>? {
        guard let state = RankingState(reply), let found = state.rows,
            found.count.isMultiple(of: 2)
        else { return nil }
        var rows: [TopSpenders.Row] = []
        for index in stride(from: 0, to: found.count, by: 2) {
            guard let name = found[index].string, let value = RankingState.score(found[index + 1])
            else { return nil }
            rows.append(.init(name: name, value: value))
        }
        return RankingLook(
            found: TopSpenders(
                rows: rows, window: window, isComplete: state.isComplete(since: window.from),
                moment: state.moment),
            window: window, state: state)
    }

    // MARK: As of now

    /// Asks rankings once everything is in them that was entered before.
    ///
    /// - Parameter ask: looks at the windows of a moment.
    func ranked<Found>(
        _ tenant: String, _ completion: @escaping (Result<Found, BudgetError>) -> Void,
        _ ask:
            @escaping (
                Int64, @escaping (Result<RankingLook<Found>, BudgetError>) -> Void
            ) -> Void
    ) {
        walk(RollupWalk(tenant: tenant)) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success:
                self.read(tenant, at: self.now, looks: Self.mostLooks, ask, completion)
            }
        }
    }

    /// - Parameter looks: how often it may be looked at anew, where its window ended meanwhile or
    ///   somebody has handed over more.
    private func read<Found>(
        _ tenant: String, at moment: Int64, looks: Int,
        _ ask:
            @escaping (
                Int64, @escaping (Result<RankingLook<Found>, BudgetError>) -> Void
            ) -> Void,
        _ completion: @escaping (Result<Found, BudgetError>) -> Void
    ) {
        ask(moment) { result in
            guard looks > 0, case .success(let look) = result else {
                return completion(result.map(\.found))
            }
            let now = look.state.moment.now
            if !look.window.contains(now) {
                self.read(tenant, at: now, looks: looks - 1, ask, completion)
            } else if look.state.isBehind {
                self.drain(tenant) { result in
                    switch result {
                    case .failure(let error): completion(.failure(error))
                    case .success:
                        self.read(tenant, at: now, looks: looks - 1, ask, completion)
                    }
                }
            } else {
                completion(.success(look.found))
            }
        }
    }
}

/// What one look at rankings found.
struct RankingLook<Found> {
    let found: Found
    /// Of now, if it still is.
    let window: WindowInstance
    let state: RankingState
}

/// How far rankings go, and what was read from them.
struct RankingState {
    let moment: Moment
    /// Something is on its way into them.
    let isBehind: Bool
    private let missed: Int64?
    /// As the script found them.
    let rows: [RedisReply]?

    init?(_ reply: RedisReply) {
        guard let parts = reply.array, parts.count == 5, let now = parts[0].integer,
            let last = parts[1].string.flatMap({ Sequence(text: $0) }),
            let missed = parts[2].string, let waiting = parts[3].integer
        else { return nil }
        moment = Moment(sequence: last, now: now)
        isBehind = waiting > 0
        self.missed = Int64(missed)
        rows = parts[4].array
    }

    /// Whether every entry from a moment on is in them.
    func isComplete(since from: Int64) -> Bool {
        !isBehind && (missed.map { $0 < from } ?? true)
    }

    static func score(_ reply: RedisReply) -> Int64? {
        reply.string.flatMap { Double($0) }.flatMap { Int64(exactly: $0.rounded()) }
    }
}
