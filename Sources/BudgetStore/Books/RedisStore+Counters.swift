// What is counted beside a tenant's journal, in pages: holds first, then the hashes and sorted sets
// of windows and runs, and what is set.
//
// Redis has no list of a tenant's keys, and one would cost each decision; so all keys are looked
// through. A page is as full as that of a tenant that is alone on its Redis, and its cursor is
// sealed: neither tells how much others have. How long it takes does, roughly: a third of a
// millisecond for each 1000 keys of all tenants together. Rejected: pages of so many steps each,
// whose number would tell it exactly; and a list of a tenant's keys (a write for each new key of a
// decision, and their names in memory twice).

public import BudgetModel
import RedisClient

extension RedisStore {
    private static let holdsScript = script(PackageResources.holds_lua)
    private static let hashesScript = script(PackageResources.hashes_lua)

    /// Keys that SCAN looks at in one step, so that Redis serves others between two.
    private static let mostOfStep = 1000
    /// Steps of a page. A page that ends here is short, and tells that there are more keys than
    /// these find.
    private static let mostSteps = 256

    public func counters(
        tenant: String, count: Int, cursor: Int,
        completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        let start =
            cursor == 0
            ? ScanCursor(.holds, 0) : ScanCursor(cursor, tenant: tenant, secret: seal)
        guard let start else {
            return completion(
                .failure(
                    BudgetError(
                        .badArgument,
                        "cursor is \(cursor); expected the next of the page before, of this tenant "
                            + "and while the same Redis runs")))
        }
        switch start.part {
        case .holds: holds(tenant, count, start, completion)
        case .hashes:
            names(
                NameScan(prefix: Keys.prefix(tenant), enough: count, position: start.position)
            ) { result in
                switch result {
                case .failure(let error): completion(.failure(error))
                case .success(let scan): self.hashes(tenant, scan, completion)
                }
            }
        }
    }

    // MARK: Holds

    private func holds(
        _ tenant: String, _ count: Int, _ start: ScanCursor,
        _ completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        let prefix = Keys.prefix(tenant)
        let keep = settings.keep
        let seal = seal
        evaluate(
            Self.holdsScript, [Keys.journal(prefix), Keys.holds(prefix)],
            [String(start.position), String(count), Keys.records(prefix)],
            { reply in
                guard let parts = reply.array, parts.count == 5, let moment = Self.moment(parts),
                    let next = parts[2].string.flatMap({ UInt64($0) }),
                    let found = parts[3].array, let other = parts[4].string
                else { return nil }
                var page = CountersPage(moment, keep)
                if !other.isEmpty { page.wrongTypes.append(other) }
                for index in stride(from: 0, to: found.count - 2, by: 3) {
                    guard let key = found[index].string, let end = found[index + 1].integer
                    else { return nil }
                    let record = found[index + 2].string.flatMap { $0.isEmpty ? nil : $0 }
                    page.holds.append(.init(key: key, deadline: end, record: record))
                }
                let cursor = next == 0 ? ScanCursor(.hashes, 0) : ScanCursor(.holds, next)
                page.next = cursor.sealed(tenant: tenant, secret: seal)
                return page.next == nil ? nil : page
            }, completion)
    }

    // MARK: Hashes and sets

    /// Looks for names until there are enough, or no more.
    private func names(
        _ scan: NameScan, _ completion: @escaping (Result<NameScan, BudgetError>) -> Void
    ) {
        let step = RedisCommand(
            "SCAN", String(scan.position), "MATCH", Keys.pattern(scan.prefix), "COUNT",
            String(min(Self.mostOfStep, scan.enough << min(scan.steps, 10))))
        ask(step) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let reply):
                guard let parts = reply.array, parts.count == 2,
                    let next = parts[0].string.flatMap({ UInt64($0) }), let keys = parts[1].array
                else {
                    return completion(.failure(BudgetError(.internal, "SCAN answered \(reply)")))
                }
                var scan = scan
                scan.take(keys.compactMap(\.string), next)
                if scan.isDone || scan.steps == Self.mostSteps {
                    completion(.success(scan))
                } else {
                    self.names(scan, completion)
                }
            }
        }
    }

    private func hashes(
        _ tenant: String, _ scan: NameScan,
        _ completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        let keep = settings.keep
        let next = ScanCursor(.hashes, scan.position).sealed(tenant: tenant, secret: seal)
        evaluate(
            Self.hashesScript,
            [Keys.journal(scan.prefix), Keys.rolled(scan.prefix), Keys.rolling(scan.prefix)]
                + scan.names,
            [Keys.runs(scan.prefix), Keys.rankings(scan.prefix)],
            { reply in
                guard let parts = reply.array, parts.count == 7, let moment = Self.moment(parts),
                    var page = Self.page(parts, moment, keep, Keys.steering(scan.prefix))
                else { return nil }
                if scan.position != 0 {
                    guard let next else { return nil }
                    page.next = next
                }
                return page
            }, completion)
    }

    private static func page(
        _ parts: [RedisReply], _ moment: Moment, _ keep: Retention, _ steering: String
    ) -> CountersPage? {
        guard let found = parts[2].array, let sets = parts[3].array,
            let rankings = parts[4].array, let rolled = parts[5].array,
            let others = parts[6].array
        else { return nil }
        var page = CountersPage(moment, keep)
        page.rolled = self.rolled(rolled)
        for index in stride(from: 0, to: found.count - 1, by: 2) {
            guard let key = found[index].string, let values = found[index + 1].array
            else { return nil }
            // What is no text is no number either, and is told as such.
            let hash = CountersPage.Hash(key: key, values: values.map { $0.string ?? "?" })
            if key.utf8.elementsEqual(steering.utf8) {
                page.steering = hash
            } else {
                page.hashes.append(hash)
            }
        }
        for set in sets {
            guard let set = sortedSet(set) else { return nil }
            page.sets.append(set)
        }
        for ranking in rankings {
            guard let set = sortedSet(ranking) else { return nil }
            page.rankings.append(set)
        }
        for key in others {
            guard let key = key.string else { return nil }
            page.wrongTypes.append(key)
        }
        return page
    }

    /// What the rankings' cursor has, of its fields in the order of the scripts.
    static func rolled(_ values: [RedisReply]) -> [String] {
        zip(["seq", "missed", "zone", "since"], values).flatMap { name, value in
            value.string.map { $0.isEmpty ? [] : [name, $0] } ?? []
        }
    }

    static func sortedSet(_ reply: RedisReply) -> CountersPage.SortedSet? {
        guard let parts = reply.array, parts.count == 3, let key = parts[0].string,
            let count = parts[1].integer, let texts = parts[2].array
        else { return nil }
        var set = CountersPage.SortedSet(key: key, count: Int(count), members: [])
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
            guard let name = texts[index].string else { return nil }
            set.members.append((name, texts[index + 1].integer))
        }
        return set
    }
}

/// The names of a page, as they are found.
private struct NameScan {
    let prefix: String
    /// So many are a page.
    let enough: Int
    /// Where SCAN goes on; 0 at its end.
    private(set) var position: UInt64
    private(set) var names: [String] = []
    private(set) var steps = 0
    /// SCAN may tell a name twice.
    private var known: Set<ExactText> = []

    init(prefix: String, enough: Int, position: UInt64) {
        self.prefix = prefix
        self.enough = enough
        self.position = position
    }

    var isDone: Bool { position == 0 || names.count >= enough }

    mutating func take(_ keys: [String], _ next: UInt64) {
        position = next
        steps += 1
        for key in keys where Keys.isCounted(key, prefix) {
            if known.insert(ExactText(key)).inserted { names.append(key) }
        }
    }
}

extension CountersPage {
    init(_ moment: Moment, _ keep: Retention) {
        self.init(
            holds: [], hashes: [], keepRunsMs: keep.runsMs, keepLateCommitMs: keep.lateCommitMs,
            next: nil, moment: moment)
    }
}
