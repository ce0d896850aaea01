// Values that are not as the script writes them: the operations that need them fail and change
// nothing, others go on.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BrokenValueTests {
    typealias F = PromiseFixture

    static let limits = [
        F.limit(.cost, 1000, .lifetime(idleMilliseconds: 60_000)),
        F.limit(.calls, 1000, per: [.session]),
        F.limit(.tasks, 1000, per: [.run], .lifetime(idleMilliseconds: nil)),
    ]

    /// What isn't a whole number as Redis writes one, or none that the script keeps exactly.
    static let noNumbers = [
        "", "many", "007", "-5", "1.5", "1e3", "0x10", " 5", "nan", "9007199254740993",
        "99999999999999999999",
    ]

    private static let all: Set = ["reserve", "charge", "record", "check", "usage", "commit"]
    /// Those that spend.
    private static let whole: Set = ["charge", "record", "commit"]

    /// A field of a counters' hash, and which of the steps fail.
    struct Field: Sendable, CustomStringConvertible {
        let key: String
        let name: String
        let failing: Set<String>
        var description: String { key + " " + name }
    }

    static let fields = [
        Field(key: "window", name: "u:cost", failing: all),
        Field(key: "window", name: "s:cost", failing: whole.union(["usage"])),
        Field(key: "window", name: "last", failing: all),
        Field(key: "run", name: "s:cost", failing: whole),
        Field(key: "run", name: "tokens:t", failing: whole),
    ]

    @Test(arguments: fields, noNumbers)
    func numbers(field: Field, value: String) throws {
        for together in [false, true] {
            let books = try BrokenBooks(Self.limits)
            let key = try books.key(field.key)
            _ = try books.fixture.redis.command("HSET", key, field.name, value)
            try books.expect(failing: field.failing, together: together)
        }
    }

    @Test("when a hash is to go decides nothing, and is put right", arguments: noNumbers)
    func expiries(value: String) throws {
        let books = try BrokenBooks(Self.limits)
        let keys = try ["window", "run"].map { try books.key($0) }
        for key in keys { _ = try books.fixture.redis.command("HSET", key, "expire", value) }
        try books.expect(failing: [], together: false)
        for key in keys {
            let expire = try books.fixture.redis.command("HGET", key, "expire").integer ?? 0
            #expect(expire > books.fixture.now)
        }
    }

    /// What isn't as `ReferenceSteering` spells it, `#` being the limit's identity. A record is
    /// never denied, so it needs none of it; what is held can be settled, whatever is steered.
    static let steering = [
        "", "X", "s", "-|#", "-|#:", "-|#:5", "-|#:5:", "-|#:1x::", "-|#:5:y:", "-|#:5::7",
        "-|#:5::7,", "-|#:5::7,8z", "-|#:5::7,8;", "-|#:5::7,8,9", "-|#:5::;7,8", "-|#:5::7,8 |",
        "S|#:5",
    ]

    @Test(arguments: steering, [false, true])
    func overrides(text: String, together: Bool) throws {
        let books = try BrokenBooks(Self.limits)
        let limit = Self.limits[0]
        let value = text.replacing("#", with: String(limit.identity))
        _ = try books.fixture.redis.command("HSET", books.key("steering"), "user=ann", value)
        let failing: Set = ["reserve", "charge", "check"]
        try books.expect(
            failing: text.contains("#") ? failing.union(["usage"]) : failing, together: together)
    }

    @Test(
        "what is amiss with another limit's override disturbs nobody", arguments: [false, true])
    func others(together: Bool) throws {
        let books = try BrokenBooks(Self.limits)
        _ = try books.fixture.redis.command("HSET", books.key("steering"), "user=ann", "-|1:x|2")
        try books.expect(failing: [], together: together)
    }

    @Test(
        arguments: ["", "junk", "H", "Hx 0-1", "H5", "?1 0-1 5 0 0 0\nH\td\t5", "H1 0-1 5 0 0 0"],
        [false, true])
    func records(text: String, together: Bool) throws {
        let books = try BrokenBooks(Self.limits)
        _ = try books.fixture.redis.command("SET", books.key("record"), text)
        try books.expect(failing: ["commit", "extend", "status", "again"], together: together)
    }

    @Test(
        "amounts in a record are such as can be added",
        arguments: ["i=-5", "i=9223372036854775807\tq=1", "$=-1", "$=9223372036854775807", "q=x"])
    func amounts(item: String) throws {
        let books = try BrokenBooks(Self.limits)
        let sequence = books.reservation.made.sequence.text
        let text = "H1 \(sequence) 5 0 0 0\nH\tdigest\t5\tu=ann\t" + item
        _ = try books.fixture.redis.command("SET", books.key("record"), text)
        try books.expect(failing: ["status", "again"], together: false)
    }
}
