// What spenders spent, window by window: the rankings of the windows that are over, as long as they
// are kept, beside the one of now.

public import BudgetModel
import RedisClient

extension RedisStore {
    private static let historyScript = rankingScript(PackageResources.history_lua)

    public func history(
        _ query: HistoryQuery, completion: @escaping (Result<SpendHistory, BudgetError>) -> Void
    ) {
        ranked(completion) { _, completion in
            self.walk(RollupWalk(tenant: query.tenant)) { completion($0.map { _ in }) }
        } ask: { moment, completion in
            let windows = self.windows(query, at: moment)
            let prefix = Keys.prefix(query.tenant)
            let rankings = windows.map {
                Keys.top(prefix, query.field, query.measure, $0.id)
            }
            let name = query.name ?? (query.field == .tenant ? query.tenant : nil)
            self.evaluate(
                Self.historyScript, [Keys.rolled(prefix), Keys.rolling(prefix)] + rankings,
                [String(query.count), String(self.settings.now ?? 0)] + (name.map { [$0] } ?? []),
                { Self.look($0, windows) }, completion)
        }
    }

    /// The oldest first.
    private func windows(_ query: HistoryQuery, at moment: Int64) -> [WindowInstance] {
        var calendar = CalendarWindows(timeZone: calendar(query.tenant))
        var windows = [calendar.window(query.window, at: moment)]
        for _ in 0..<HistoryQuery.kept(query.window, of: query.field) {
            windows.append(calendar.window(query.window, at: windows[windows.count - 1].from - 1))
        }
        return windows.reversed()
    }

    private static func look(
        _ reply: RedisReply, _ windows: [WindowInstance]
    ) -> RankingLook<SpendHistory>? {
        guard let state = RankingState(reply), let found = state.rows, let first = windows.first,
            let last = windows.last
        else { return nil }
        var rows: [SpendHistory.Row] = []
        for row in found {
            guard let parts = row.array, parts.count == windows.count + 1,
                let name = parts[0].string
            else { return nil }
            let values = parts.dropFirst().compactMap(RankingState.score)
            guard values.count == windows.count else { return nil }
            rows.append(.init(name: name, values: values))
        }
        return RankingLook(
            found: SpendHistory(
                rows: rows, windows: windows, isComplete: state.isComplete(since: first.from),
                moment: state.moment),
            window: last, state: state)
    }
}
