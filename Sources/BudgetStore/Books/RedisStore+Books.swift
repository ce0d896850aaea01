// Reading the journal page by page, for whoever checks the books. Each page, as those of what is
// counted beside it, is read at one moment and tells which, so that they can be compared under
// traffic.

public import BudgetModel
import NIOCore
import RESP
import RedisClient

extension RedisStore {
    private static let journalScript = script(PackageResources.journal_lua)

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
                    self.tell("books unreadable", ["key": "\(keys[0])"])
                    completion(.failure(BudgetError(.internal, "the books can't be read")))
                    return
                }
                completion(.success(page))
            case .failure(let failure):
                completion(.failure(self.refusal(failure, of: keys[0])))
            }
        }
    }

    /// What a question that failed is answered. What Redis holds may be why; then it is logged.
    func refusal(_ failure: RedisFailure, of key: String) -> BudgetError {
        let error = StoreFailure.error(failure, canHaveEffect: false)
        if error.code == .internal {
            tell("books unreadable", ["key": "\(key)", "error": "\(failure)"])
        }
        return error
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

    static func moment(_ parts: [RedisReply]) -> Moment? {
        guard let now = parts[0].integer, let newest = parts[1].string,
            let sequence = Sequence(text: newest)
        else { return nil }
        return Moment(sequence: sequence, now: now)
    }
}
