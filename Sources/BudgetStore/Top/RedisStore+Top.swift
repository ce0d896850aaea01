// Rankings of spenders: made from the journal behind its writers' backs, so that no decision pays
// for them, and brought up to date by whoever asks: for one by itself where much has come since
// (`bring`). Between questions the daemon does so for all (`rollUp`), and a journal loses no line
// that is not in them (`trim`).

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
        func key(_ moment: Int64) -> RankingKey {
            var windows = CalendarWindows(timeZone: calendar(query.tenant))
            return RankingKey(
                field: query.field, measure: query.measure,
                window: windows.window(query.window, at: moment))
        }
        ranked(completion) { moment, completion in
            self.bring(key(moment), of: query.tenant, completion: completion)
        } ask: { moment, completion in
            let key = key(moment)
            let prefix = Keys.prefix(query.tenant)
            self.evaluate(
                Self.topScript,
                [Keys.rolled(prefix), Keys.rolling(prefix), key.text(prefix), Keys.ahead(prefix)],
                [
                    String(query.count), String(self.settings.now ?? 0),
                    query.below.map { "(\($0)" } ?? "+inf",
                ], { Self.look($0, key.window) }, completion)
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

    /// Does what a question needs at a moment.
    typealias AtMoment<Found> = (
        Int64, @escaping (Result<Found, BudgetError>) -> Void
    ) -> Void

    /// Asks rankings once everything is in them that was entered before.
    ///
    /// - Parameters:
    ///   - bring: brings what is asked for up to the newest line.
    ///   - ask: looks at the windows of a moment.
    func ranked<Found>(
        _ completion: @escaping (Result<Found, BudgetError>) -> Void,
        bring: @escaping AtMoment<Void>, ask: @escaping AtMoment<RankingLook<Found>>
    ) {
        read(at: now, looks: Self.mostLooks, bring, ask, completion)
    }

    /// - Parameter looks: how often it may be looked at anew, where its window ended meanwhile or
    ///   somebody has handed over more.
    private func read<Found>(
        at moment: Int64, looks: Int, _ bring: @escaping AtMoment<Void>,
        _ ask: @escaping AtMoment<RankingLook<Found>>,
        _ completion: @escaping (Result<Found, BudgetError>) -> Void
    ) {
        bring(moment) { result in
            if case .failure(let error) = result { return completion(.failure(error)) }
            ask(moment) { result in
                guard looks > 0, case .success(let look) = result else {
                    return completion(result.map(\.found))
                }
                let now = look.state.moment.now
                guard !look.window.contains(now) || look.state.isBehind else {
                    return completion(.success(look.found))
                }
                self.read(at: now, looks: looks - 1, bring, ask, completion)
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
