// What is said of a field that can't be read: which one, its value, and what was expected. Whole
// sentences, since people act on them.

import BudgetModel
import BudgetService
import Testing

private let names = "1 to 256 bytes of text without control characters"
private let counts = "a whole number from 0 to 1000000000000"
private let usage =
    "provider, model, operation, input_tokens, output_tokens, cache_read_tokens, "
    + "cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_audio_tokens, "
    + "input_image_tokens, output_audio_tokens, output_image_tokens, images, queries, "
    + "characters, seconds, machine, units, service_tier, cost_usd, response_id, attempt, outcome"
private let id = "default.p5N7ZLjKpY8Dchu2us9ceA"

/// A request, and what is said of it behind BADARG; nil where it is taken.
private let sentences: [(words: [String], said: String?)] = [
    (["RESERVE", "user", "alice"], "idempotency_key is missing; expected 1 to 512 bytes of text"),
    (
        ["EXTEND", id],
        "ttl_ms is missing; expected a whole number of milliseconds from 1 to the "
            + "policy's max_ttl"
    ),
    (["CHECK", "usr", "alice"], "unknown field \"usr\"; did you mean \"user\"?"),
    (["CHECK", "label.", "x"], "unknown field \"label.\"; did you mean \"label.<name>\"?"),
    (["COMMIT", id, "colour", "red"], "unknown field \"colour\"; expected one of " + usage),
    (["COMMIT", id, "user", "bob"], "unknown field \"user\"; expected one of " + usage),
    (["CHECK", "user", "a", "user", "b"], "user repeats user; expected it once"),
    (["CHECK", "run", "a", "workflow", "b"], "workflow repeats run; expected it once"),
    (["CHECK", "label.a", "1", "label.a", "2"], "label.a is repeated; expected it once"),
    (["CHECK", "team", "1", "label.team", "2"], "label.team is repeated; expected it once"),
    (["CHECK", "user", ""], "user is \"\"; expected " + names),
    (["CHECK", "user", "a\nb"], "user is \"a?b\"; expected " + names),
    (["CHECK", "user", "a\u{9b}2J"], "user is \"a?2J\"; expected " + names),
    (["CHECK", "user", "\u{80}"], "user is \"?\"; expected " + names),
    (["CHECK", "user", "\u{a0}é"], nil),
    (["CHECK", "workflow", "\u{7f}"], "workflow is \"?\"; expected " + names),
    (
        ["CHECK", "model", String(repeating: "x", count: 257)],
        "model is \"" + String(repeating: "x", count: 64) + "…\"; expected " + names
    ),
    (["CHECK", "user", String(repeating: "x", count: 256)], nil),
    (["CHECK", "input_tokens", "-1"], "input_tokens is \"-1\"; expected " + counts),
    (["CHECK", "units", "+1"], "units is \"+1\"; expected " + counts),
    (
        ["CHECK", "output_tokens", "1000000000001"],
        "output_tokens is \"1000000000001\"; expected " + counts
    ),
    (["CHECK", "output_tokens", "1000000000000", "cost_usd", "0"], nil),
    (
        ["CHECK", "attempt", "1000001"],
        "attempt is \"1000001\"; expected a whole number from 0 to 1000000"
    ),
    (
        ["CHECK", "seconds", "9007199254.741"],
        "seconds is \"9007199254.741\"; expected a decimal "
            + "number of seconds from 0 to 9007199254"
    ),
    (["CHECK", "seconds", "9007199254"], nil),
    (
        ["CHECK", "cost_usd", "9007.199254741"],
        "cost_usd is \"9007.199254741\"; expected a decimal "
            + "amount in US dollars from 0 to 9007.19925474"
    ),
    (["CHECK", "cost_usd", "9007.19925474"], nil),
    (
        ["CHECK", "service_tier", "Batch"],
        "service_tier is \"Batch\"; expected one of standard, batch, flex, priority"
    ),
    (
        ["CHECK", "outcome", "fine"],
        "outcome is \"fine\"; expected one of ok, error, timeout, cancelled"
    ),
    (
        ["RESERVE", "idempotency_key", "k", "ttl_ms", "0"],
        "ttl_ms is \"0\"; expected a whole number "
            + "of milliseconds from 1 to the policy's max_ttl"
    ),
    (
        ["RESERVE", "idempotency_key", "k", "ttl_ms", "600001"],
        "ttl_ms is 600001; expected at most 600000, the policy's max_ttl"
    ),
    (["RESERVE", "idempotency_key", "k", "ttl_ms", "600000"], nil),
    (["RUN", "r", "by", "size"], "by is \"size\"; expected cost, time or newest"),
    (
        ["RUN", "r", "count", "1001"],
        "count is \"1001\"; expected a whole number from 1 to 1000"
    ),
    (
        ["TOP", "users", "cost", "day"],
        "field is \"users\"; expected one of user, session, run, agent, tool, model, provider, "
            + "label.<name>; did you mean \"user\"?"
    ),
    (
        ["TOP", "user", "in_flight", "day"],
        "measure is \"in_flight\"; expected one of cost, tokens, input_tokens, output_tokens, "
            + "calls, retries, seconds"
    ),
    (
        ["TOP", "user", "cost", "lifetime"],
        "window is \"lifetime\"; expected one of hour, day, week, month"
    ),
    (["RUN", "\t"], "run is \"?\"; expected " + names),
    (
        ["RELEASE", "default.short"],
        "id is \"default.short\"; expected the id of an earlier answer, "
            + "<tenant>.<22 characters>"
    ),
    (["STATUS"], "expected STATUS <id> or STATUS idempotency_key <key>"),
    (
        ["STATUS", id, "tenant", "acme"],
        "an id and an idempotency_key or tenant name two things; expected one"
    ),
    (
        ["CHECK", "input_tokens", "10", "cache_read_tokens", "6", "cache_write_tokens", "5"],
        "cache_read_tokens 6 and cache_write_tokens 5 are together more than input_tokens 10; "
            + "expected input_tokens to include them"
    ),
    (
        ["CHECK", "output_tokens", "10", "reasoning_tokens", "11"],
        "reasoning_tokens 11 is more than output_tokens 10; expected output_tokens to include it"
    ),
    (
        ["CHECK", "machine", "a100", "seconds", "9007199254"],
        "this call would cost more than 9007.19925474 US dollars, the most that one call can"
    ),
]

@Suite struct FieldMessageTests {
    @Test(arguments: sentences.indices) func isSaidInFull(_ index: Int) throws {
        let desk = try Desk(
            """
            fields: { workflow: run, team: label.team }
            reservations: { ttl: 60s, grace: 30s, max_ttl: 10m, on_expire: release }
            """)
        let row = sentences[index]
        #expect(try desk.fault(row.words) == row.said.map { "BADARG " + $0 })
        #expect(desk.store.steps.isEmpty == (row.said != nil), "nothing is done in vain")
    }

    @Test func sixteenLabelsAreTaken() throws {
        let sixteen = (0..<16).map { "label.l\($0) x" }.joined(separator: " ")
        #expect(try Desk().fault("CHECK " + sixteen) == nil)
        #expect(
            try Desk().fault("CHECK \(sixteen) label.one-more x")
                == "BADARG label.one-more is one label too many; expected 16 at most")
    }

    @Test func fieldsComeToWhereTheyBelong() throws {
        let call = try Desk("fields: { workflow: run, team: label.team }").admission(
            """
            RECORD idempotency_key k tenant t user u session s workflow r task ta agent a tool to
            fingerprint f team x provider p model m operation o input_tokens 10 output_tokens 20
            cache_read_tokens 1 cache_write_tokens 2 reasoning_tokens 3 seconds 1.0005 machine ma
            cache_write_1h_tokens 1 input_audio_tokens 6 input_image_tokens 3
            output_audio_tokens 7 output_image_tokens 8 images 9 queries 11 characters 12
            units 4 service_tier flex cost_usd 0.0000000011 response_id re attempt 5 outcome timeout
            """
        ).call
        let subject = call.subject.fields.map { "\($0.field.name)=\($0.value)" }
        #expect(
            subject == [
                "tenant=t", "user=u", "session=s", "run=r", "task=ta", "agent=a", "tool=to",
                "fingerprint=f", "label.team=x",
            ])
        var usage = Usage()
        usage.provider = "p"
        usage.model = "m"
        usage.operation = "o"
        usage.inputTokens = 10
        usage.outputTokens = 20
        usage.cacheReadTokens = 1
        usage.cacheWriteTokens = 2
        usage.reasoningTokens = 3
        usage.longCacheWriteTokens = 1
        usage.inputAudioTokens = 6
        usage.inputImageTokens = 3
        usage.outputAudioTokens = 7
        usage.outputImageTokens = 8
        usage.images = 9
        usage.queries = 11
        usage.characters = 12
        // What is spent is never entered as less: rounded up to a millisecond and to 1e-9 dollars.
        usage.milliseconds = 1001
        usage.machine = "ma"
        usage.units = 4
        usage.serviceTier = .flex
        usage.cost = 2
        usage.responseID = "re"
        usage.attempt = 5
        usage.outcome = .timeout
        #expect(call.usage == usage)
    }
}
