// Keys of a wrong type: the operations that need them fail and change nothing, others go on.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BrokenKeyTests {
    typealias F = PromiseFixture

    /// Which key is broken, and which of the steps fail.
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let failing: Set<String>
    }

    static let rows = [
        Row(
            description: "window",
            failing: ["reserve", "charge", "record", "check", "usage", "commit"]),
        Row(description: "record", failing: ["commit", "extend", "status", "again"]),
        Row(description: "holds", failing: ["reserve", "commit", "extend"]),
        Row(description: "steering", failing: ["reserve", "charge", "check", "usage", "other"]),
        Row(description: "entries", failing: ["charge", "record", "commit"]),
        Row(description: "tasks", failing: ["charge", "record", "commit"]),
        Row(description: "run", failing: ["charge", "record", "commit"]),
        Row(description: "journal", failing: BrokenBooks.everything),
    ]

    @Test(arguments: rows, [false, true])
    func onlyThoseFailThatNeedIt(row: Row, together: Bool) throws {
        let books = try BrokenBooks([F.limit(.cost, 1000), F.limit(.calls, 1000, per: [.session])])
        let key = try books.key(row.description)
        _ = try books.fixture.redis.command("DEL", key)
        _ = try books.fixture.redis.command("RPUSH", key, "something else")
        try books.expect(failing: row.failing, naming: key, together: together)
    }
}
