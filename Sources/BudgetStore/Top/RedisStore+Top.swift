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
    /// Whoever asks while others roll up looks again, so often at most.
    private static let mostLooks = 100

    public func top(
        _ query: TopQuery, completion: @escaping (Result<TopSpenders, BudgetError>) -> Void
    ) {
        walk(query.tenant, most: .max) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success:
                self.readTop(query, at: self.now, looks: Self.mostLooks, completion)
            }
        }
    }

    // MARK: Reading

    func calendar(_ tenant: String) -> TimeZone { policy?.timeZone(of: tenant) ?? .gmt }

    /// - Parameter looks: how often it may be looked at anew, where its window ended meanwhile or
    ///   somebody has handed over more.
    private func readTop(
        _ query: TopQuery, at moment: Int64, looks: Int,
        _ completion: @escaping (Result<TopSpenders, BudgetError>) -> Void
    ) {
        var windows = CalendarWindows(timeZone: calendar(query.tenant))
        let window = windows.window(query.window, at: moment)
        let prefix = Keys.prefix(query.tenant)
        let key = Keys.top(prefix, query.field, query.measure, window.id)
        evaluate(
            Self.topScript, [Keys.rolled(prefix), key, Keys.rolling(prefix)],
            [String(query.count), String(settings.now ?? 0)],
            { Self.look($0, window) }
        ) { result in
            guard looks > 0, case .success(let look) = result else {
                return completion(result.map(\.top))
            }
            let now = look.top.moment.now
            if !window.contains(now) {
                self.readTop(query, at: now, looks: looks - 1, completion)
            } else if look.isBehind {
                self.drain(query.tenant) { result in
                    switch result {
                    case .failure(let error): completion(.failure(error))
                    case .success: self.readTop(query, at: now, looks: looks - 1, completion)
                    }
                }
            } else {
                completion(.success(look.top))
            }
        }
    }

    /// A ranking, and whether something is on its way into it.
    private typealias Look = (top: TopSpenders, isBehind: Bool)

    private static func look(_ reply: RedisReply, _ window: WindowInstance) -> Look? {
        guard let parts = reply.array, parts.count == 5, let now = parts[0].integer,
            let last = parts[1].string.flatMap({ Sequence(text: $0) }),
            let missed = parts[2].string, let waiting = parts[3].integer,
            let found = parts[4].array, found.count.isMultiple(of: 2)
        else { return nil }
        var rows: [TopSpenders.Row] = []
        for index in stride(from: 0, to: found.count, by: 2) {
            guard let name = found[index].string,
                let score = found[index + 1].string.flatMap({ Double($0) }),
                let value = Int64(exactly: score.rounded())
            else { return nil }
            rows.append(.init(name: name, value: value))
        }
        let isWhole = Int64(missed).map { $0 < window.from } ?? true
        return (
            TopSpenders(
                rows: rows, window: window, isComplete: isWhole && waiting == 0,
                moment: Moment(sequence: last, now: now)), waiting > 0
        )
    }
}
