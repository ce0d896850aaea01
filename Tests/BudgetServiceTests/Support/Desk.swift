// A service under a policy, before a store that a test holds in its hands.

import BudgetModel
import BudgetService
import Foundation
import Logging
import Testing

final class Desk {
    let store: ScriptedStore
    let service: BudgetService

    /// - Parameters:
    ///   - policy: what a policy file has behind its version; without limits, none.
    ///   - prices: a price file's entries.
    ///   - at: the store's clock, in UTC.
    init(_ policy: String = "", prices: String = Desk.gpt, at: String = "2026-11-22T10:00:00")
        throws
    {
        let text =
            "version: 1\n" + (policy.contains("limits:") ? "" : "limits: []\n") + policy
            + "\nprices: [prices.yaml]\n"
        let read = PolicyReader.read(text: text, file: "policy.yaml") { _ in
            "prices:\n" + prices
        }
        store = ScriptedStore(now: try Desk.moment(at))
        service = BudgetService(
            policy: try read.get(), store: store, ledger: store, administration: store,
            logger: Logger(label: "test"))
    }

    /// 2.50 in, 10.00 out, 1.25 cached; the machine at 3.60 an hour; the tool at a cent a call.
    static let gpt = """
          - model: gpt-4o
            provider: openai
            from: 2026-05-01
            per_million: { input: 2.50, output: 10.00, cache_read: 1.25 }
          - { machine: a100, from: 2026-01-01, per_hour: 3.60 }
          - { tool: web_search, from: 2026-01-01, per_call: 0.01 }
        """

    /// `2026-11-22T10:00:00` in UTC as Unix time in milliseconds.
    static func moment(_ text: String) throws -> Int64 {
        Int64(try Date(text + "Z", strategy: .iso8601).timeIntervalSince1970) * 1000
    }

    /// A request of words parted by blanks.
    @discardableResult
    func ask(_ line: String) throws -> Result<Answer, BudgetError> {
        try ask(line.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }

    /// A request of words that may contain anything.
    @discardableResult
    func ask(
        _ words: [String], as caller: Caller = Caller(role: .admin, name: "test")
    ) throws -> Result<Answer, BudgetError> {
        let command = try #require(Command(rawValue: words[0]))
        var rest = words.dropFirst()
        let spec = command.spec
        let hasPlaces = !(spec.isPositionOptional && rest.count.isMultiple(of: 2))
        let positions = Array(rest.prefix(hasPlaces ? spec.positions.count : 0))
        rest = rest.dropFirst(positions.count)
        let fields = stride(from: rest.startIndex, to: rest.endIndex, by: 2).map {
            (name: FieldName(rest[$0]), value: rest[$0 + 1])
        }
        var answers: [Result<Answer, BudgetError>] = []
        service.execute(
            CommandRequest(
                command: command, positions: positions, fields: fields,
                caller: caller)
        ) { answers.append($0) }
        #expect(answers.count == 1)
        return try #require(answers.first)
    }

    /// The admission that a request comes to.
    func admission(_ line: String) throws -> Admission {
        let answer = try ask(line)
        return try #require(store.admissions.last, "\(answer)")
    }

    /// The error's code and sentence; nil for an answer.
    func fault(_ words: [String]) throws -> String? {
        guard case .failure(let error) = try ask(words) else { return nil }
        return error.code.rawValue + " " + error.message
    }

    func fault(_ line: String) throws -> String? {
        try fault(line.split(separator: " ").map(String.init))
    }
}

extension Answer {
    /// A value as text: `null`, `7`, `allow`, `[a, b]`, `{x: 1, y: 2}`.
    var line: String {
        switch self {
        case .null: "null"
        case .integer(let value): "\(value)"
        case .text(let text): text
        case .list(let values): "[" + values.map(\.line).joined(separator: ", ") + "]"
        case .map(let pairs): "{" + fields(pairs).joined(separator: ", ") + "}"
        }
    }

    /// A map's fields, each a line.
    var lines: String {
        guard case .map(let pairs) = self else { return line }
        return fields(pairs).joined(separator: "\n")
    }

    private func fields(_ pairs: [Pair]) -> [String] {
        // The policy's digest differs from policy to policy and says nothing here.
        pairs.filter { $0.name.text.description != "policy" }
            .map { "\($0.name.text): \($0.value.line)" }
    }
}

extension Result<Answer, BudgetError> {
    /// A map's fields, each a line; or the error.
    var lines: String {
        switch self {
        case .success(let answer): answer.lines
        case .failure(let error): error.code.rawValue + " " + error.message
        }
    }

    /// A field's value as text; nil where there is none.
    subscript(_ field: String) -> String? {
        guard case .success(let answer) = self else { return nil }
        return answer[field]?.line
    }
}
