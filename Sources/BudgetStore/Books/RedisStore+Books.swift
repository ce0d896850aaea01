// Reading the journal and what is counted beside it, page by page, for whoever checks the books.
// Each page is read at one moment and tells which, so that they can be compared under traffic.

public import BudgetModel
import NIOCore
import RESP
import RedisClient

extension RedisStore {
    private static let journalScript = script(PackageResources.journal_lua)
    private static let booksScript = script(PackageResources.books_lua)

    static func script(_ source: [UInt8]) -> RedisScript {
        RedisScript(source: "#!lua flags=no-writes\n" + String(decoding: source, as: UTF8.self))
    }

    public func journal(
        tenant: String, count: Int, after: Sequence?,
        completion: @escaping (Result<JournalPage, BudgetError>) -> Void
    ) {
        let start = after.map { "(" + $0.text } ?? "-"
        evaluate(
            Self.journalScript, [Keys.journal(Keys.prefix(tenant))], [start, String(count)],
            Self.journalPage, completion)
    }

    public func counters(
        tenant: String, count: Int, cursor: Int,
        completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        let prefix = Keys.prefix(tenant)
        // Even cursors go through the holds, odd ones through the hashes.
        let isHolds = cursor.isMultiple(of: 2)
        let arguments = [
            isHolds ? "holds" : "hashes", String(cursor / 2), String(count), Keys.pattern(prefix),
            Keys.windows(prefix), Keys.runs(prefix), Keys.steering(prefix),
        ]
        let keep = settings.keep
        evaluate(
            Self.booksScript, [Keys.journal(prefix), Keys.holds(prefix)], arguments,
            { Self.countersPage($0, isHolds: isHolds, Keys.steering(prefix), keep) }, completion)
    }

    /// Asks a script, and reads its answer by `read`, which is nil where it can't be read.
    func evaluate<Page>(
        _ script: RedisScript, _ keys: [String], _ arguments: [String],
        _ read: @escaping (RedisReply) -> Page?,
        _ completion: @escaping (Result<Page, BudgetError>) -> Void
    ) {
        var writer = CommandWriter()
        for text in keys + arguments { writer.argument(text) }
        link.evaluate(
            script, keysAndArguments: writer.buffer, count: keys.count + arguments.count,
            keyCount: keys.count, deadline: .now() + configuration.timeout
        ) { result in
            switch result {
            case .success(let reply):
                guard let page = read(reply) else {
                    self.logger.error("books unreadable", metadata: ["key": "\(keys[0])"])
                    completion(.failure(BudgetError(.internal, "the books can't be read")))
                    return
                }
                completion(.success(page))
            case .failure(let failure):
                completion(.failure(StoreFailure.error(failure, canHaveEffect: false)))
            }
        }
    }

    private static func journalPage(_ reply: RedisReply) -> JournalPage? {
        guard let parts = reply.array, parts.count == 5, let moment = moment(parts),
            let isTrimmed = parts[2].integer, let steps = parts[3].array,
            let hasMore = parts[4].integer
        else { return nil }
        var lines: [JournalLine] = []
        var last: Sequence?
        for step in steps {
            guard let read = self.lines(step) else { return nil }
            lines += read
            last = read.last?.moment.sequence ?? last
        }
        return JournalPage(
            lines: lines, isTrimmed: isTrimmed == 1, next: hasMore == 1 ? last : nil,
            moment: moment)
    }

    /// The lines of one step, whose id is the number of the last.
    static func lines(_ step: RedisReply) -> [JournalLine]? {
        guard let parts = step.array, parts.count == 2,
            let id = parts[0].string.flatMap({ Sequence(text: $0) }),
            let fields = parts[1].array, fields.count >= 4, fields.count.isMultiple(of: 2),
            fields[0].string == "at", let now = fields[1].integer
        else { return nil }
        let count = fields.count / 2 - 1
        var lines: [JournalLine] = []
        for index in 1...count {
            guard let key = fields[2 * index].string, let text = fields[2 * index + 1].string
            else { return nil }
            let sequence = id.advanced(by: Int64(index - count))
            lines.append(
                JournalLine(moment: Moment(sequence: sequence, now: now), key: key, text: text))
        }
        return lines
    }

    private static func countersPage(
        _ reply: RedisReply, isHolds: Bool, _ steering: String, _ keep: Retention
    ) -> CountersPage? {
        guard let parts = reply.array, parts.count == (isHolds ? 4 : 6), let moment = moment(parts),
            let next = parts[2].integer.map(Int.init), let found = parts[3].array,
            found.count.isMultiple(of: 2)
        else { return nil }
        var page = CountersPage(
            holds: [], hashes: [], keepRunsMs: keep.runsMs, keepLateCommitMs: keep.lateCommitMs,
            next: isHolds ? next * 2 : next * 2 + 1, moment: moment)
        if next == 0 { page.next = isHolds ? 1 : nil }
        for index in stride(from: 0, to: found.count, by: 2) {
            guard let key = found[index].string else { return nil }
            if isHolds {
                guard let deadline = found[index + 1].integer else { return nil }
                page.holds.append(.init(key: key, deadline: deadline))
            } else {
                guard let values = found[index + 1].array else { return nil }
                // What is no text is no number either, and is told as such.
                let hash = CountersPage.Hash(key: key, values: values.map { $0.string ?? "?" })
                if key.utf8.elementsEqual(steering.utf8) {
                    page.steering = hash
                } else {
                    page.hashes.append(hash)
                }
            }
        }
        for set in isHolds ? [] : parts[4].array ?? [] {
            guard let set = sortedSet(set) else { return nil }
            page.sets.append(set)
        }
        for key in isHolds ? [] : parts[5].array ?? [] {
            guard let key = key.string else { return nil }
            page.wrongTypes.append(key)
        }
        return page
    }

    private static func sortedSet(_ reply: RedisReply) -> CountersPage.SortedSet? {
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

    static func moment(_ parts: [RedisReply]) -> Moment? {
        guard let now = parts[0].integer, let newest = parts[1].string,
            let sequence = Sequence(text: newest)
        else { return nil }
        return Moment(sequence: sequence, now: now)
    }
}
