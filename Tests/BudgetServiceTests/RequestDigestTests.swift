// When two requests are the same: by what they say, in whatever order and spelling; and never by
// accident, however values are cut.

import BudgetModel
import BudgetService
import Testing

@Suite struct RequestDigestTests {
    /// The digest of a body, as the store is given it.
    private func digest(_ words: [String]) throws -> String {
        let desk = try Desk("fields: { workflow: run }")
        _ = try desk.ask([words[0], "idempotency_key", "k"] + words.dropFirst())
        return try #require(desk.store.admissions.first).call.bodyDigest
    }

    private func digest(_ line: String) throws -> String {
        try digest(line.split(separator: " ").map(String.init))
    }

    @Test func theOrderOfFieldsMakesNoOtherBody() throws {
        let pairs = ["user u", "run r", "label.b 2", "label.a 1", "model m", "input_tokens 5"]
        var digests: Set<String> = []
        for first in pairs.indices {
            let order = (pairs[first...] + pairs[..<first]).joined(separator: " ")
            digests.insert(try digest("RECORD " + order))
            let reversed = pairs.reversed()[first...] + pairs.reversed()[..<first]
            digests.insert(try digest("RECORD " + reversed.joined(separator: " ")))
        }
        #expect(digests.count == 1)
    }

    @Test(arguments: [
        ("RECORD input_tokens 7", "RECORD input_tokens 007"),
        ("RECORD cost_usd 0.5", "RECORD cost_usd 0.500"),
        ("RECORD seconds 1.5", "RECORD seconds 01.50"),
        ("RECORD run r", "RECORD workflow r"),
        ("RECORD user u", "RECORD user u tenant default"),
        ("RECORD user \u{e9}", "RECORD user e\u{301}"),
    ])
    func theSpellingMakesNoOtherBody(_ left: String, _ right: String) throws {
        #expect(try digest(left) == digest(right))
    }

    @Test func everyFieldAndItsValueMakesAnotherBody() throws {
        let numbers: Set<Field> = [
            .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
            .longCacheWriteTokens, .reasoningTokens, .inputAudioTokens, .inputImageTokens,
            .outputAudioTokens, .outputImageTokens, .images, .queries, .characters, .seconds,
            .units, .cost, .attempt, .ttl,
        ]
        var digests = [try digest("RESERVE")]
        for field in Command.reserve.spec.fields where field != .idempotencyKey {
            let values =
                switch field {
                case .serviceTier: ["standard", "batch", "flex", "priority"]
                case .outcome: ["ok", "error", "timeout", "cancelled"]
                default: numbers.contains(field) ? ["1", "2", "11"] : ["a", "b", "1"]
                }
            let name = field == .label ? "label.x" : field.rawValue
            for value in values { digests.append(try digest("RESERVE \(name) \(value)")) }
        }
        #expect(digests.count == 105)
        #expect(Set(digests).count == digests.count)
    }

    @Test(arguments: [
        // What one field loses another one gains.
        (["user", "ab", "session", "c"], ["user", "a", "session", "bc"]),
        (
            ["input_tokens", "1", "output_tokens", "11"],
            ["input_tokens", "11", "output_tokens", "1"]
        ),
        (["model", "m", "operation", "o"], ["model", "m operation o"]),
        (["model", "m", "operation", "o"], ["model", "mo"]),
        (["user", "a,session=b"], ["user", "a", "session", "b"]),
        (["user", "a session b"], ["user", "a", "session", "b"]),
        (["user", "a\\nsession\\tb"], ["user", "a", "session", "b"]),
        // A label's name is the user's choice, too.
        (["label.a", "bc"], ["label.ab", "c"]),
        (["label.a", "b", "label.c", "d"], ["label.a", "b label.c d"]),
        (["label.a=b", "c"], ["label.a", "b=c"]),
        (["label.model", "m"], ["model", "m"]),
        (["label.user", "m"], ["user", "m"]),
        // Nothing is not the same as zero or as a default.
        (["input_tokens", "0"], []),
        (["attempt", "0"], []),
        (["outcome", "ok"], []),
        (["service_tier", "standard"], []),
        // Letters that look alike.
        (["user", "a"], ["user", "а"]),
        (["user", "A"], ["user", "a"]),
    ])
    func differentBodiesAreToldApart(_ left: [String], _ right: [String]) throws {
        #expect(try digest(["RECORD"] + left) != digest(["RECORD"] + right))
    }

    @Test func theVerbBelongsToTheBodyAndTheKeyDoesNot() throws {
        #expect(
            try Set([digest("RESERVE user u"), digest("CHARGE user u"), digest("RECORD user u")])
                .count == 3)
        let desk = try Desk()
        try desk.ask("RECORD idempotency_key a user u")
        try desk.ask("RECORD idempotency_key b user u")
        #expect(Set(desk.store.admissions.map(\.call.bodyDigest)).count == 1)
        #expect(Set(desk.store.admissions.map(\.id)).count == 2)
    }

    /// The first 128 bits of SHA-256, as `printf first | sha256sum` says.
    @Test(arguments: [
        ("first", "p5N7ZLjKpY8Dchu2us9ceA"), ("k1", "arnx6499M4j0-dWG9m6Z_Q"),
        ("ключ", "HeNqMq95jaDBrJKXYDoyDg"), (" ", "Nqnn8clbgv-5l0PgxcTOlQ"),
    ])
    func anIDIsItsTenantAndItsKey(_ key: String, _ digest: String) throws {
        let desk = try Desk()
        _ = try desk.ask(["RECORD", "idempotency_key", key])
        _ = try desk.ask(["RECORD", "tenant", "a.b", "idempotency_key", key])
        _ = try desk.ask(["STATUS", "tenant", "a.b", "idempotency_key", key])
        #expect(desk.store.admissions.map(\.id.text) == ["default." + digest, "a.b." + digest])
        guard case .status(let id)? = desk.store.steps.last else {
            Issue.record("it is no question for a status")
            return
        }
        #expect(id.text == "a.b." + digest)
    }
}
