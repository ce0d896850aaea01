// Requests that make no sense, as a table: what is sent, the error's code, and what its sentence
// has to name: the field, the value, and what was expected.

/// A row of the table.
struct BadRequest: Sendable {
    let words: [String]
    let code: String
    let parts: [String]

    init(_ line: String, _ code: String, _ parts: String...) {
        self.init(words: Client.words(line), code, parts)
    }

    init(words: [String], _ code: String, _ parts: [String]) {
        self.words = words
        self.code = code
        self.parts = parts
    }

    private static let call = "RESERVE idempotency_key k user alice model gpt-4o"

    /// The tables by name.
    static let tables = [
        "numbers": numbers, "money": money, "names": names, "fields": fields, "ids": ids,
        "commands": commands,
    ]

    /// Everything that can be wrong with numbers.
    static let numbers: [BadRequest] = [
        "-1", "+1", "1e3", "01x", "1.0", "0x10", "٣", "", "1000000000001", "9223372036854775808",
        "99999999999999999999999999", "NaN", "1_000", "-0x", "1,000",
    ].flatMap { value in
        ["input_tokens", "output_tokens", "cache_read_tokens", "units"].map { field in
            BadRequest(
                words: Client.words(call) + [field, value], "BADARG",
                [field, "\"\(value)\"", "a whole number from 0 to 1000000000000"])
        }
    }

    static let money: [BadRequest] = [
        "-1", "-0.01", "1e400", "0x1", "1.2.3", "", "9007.3", "99999999999999999999", "NaN",
        "inf", "$1", "1,5", ".", "٣",
    ].map { value in
        BadRequest(
            words: Client.words(call) + ["cost_usd", value], "BADARG",
            ["cost_usd", "\"\(value)\"", "a decimal amount in US dollars"])
    }

    static let names: [BadRequest] = [
        "", "a\u{0}b", "a\nb", "a\tb", "\u{7f}", "\r", String(repeating: "x", count: 257),
        String(repeating: "x", count: 300), String(repeating: "é", count: 129),
    ].flatMap { value in
        ["tenant", "user", "run", "fingerprint", "label.tier", "model", "response_id"].map {
            BadRequest(
                words: ["RECORD", "idempotency_key", "k", $0, value], "BADARG",
                [$0, "1 to 256 bytes of text without control characters"])
        }
    }

    static let fields: [BadRequest] = [
        .init("\(call) usr bob", "BADARG", "usr", "user"),
        .init("\(call) colour red", "BADARG", "colour", "expected one of idempotency_key"),
        .init("\(call) user", "BADARG", "user", "no value"),
        .init("\(call) user bob", "BADARG", "user", "once"),
        .init("\(call) model gpt-4", "BADARG", "model", "once"),
        .init("\(call) workflow_id w run r", "BADARG", "run", "once"),
        .init("\(call) run r workflow_id w", "BADARG", "workflow_id repeats run", "once"),
        .init("\(call) label.a 1 label.a 2", "BADARG", "label.a", "once"),
        .init("\(call) label. 1", "BADARG", "label."),
        .init("RESERVE user alice", "BADARG", "idempotency_key", "1 to 512 bytes of text"),
        .init("RESERVE", "BADARG", "idempotency_key"),
        .init("CHARGE user alice model gpt-4o", "BADARG", "idempotency_key"),
        .init("\(call) ttl_ms 0", "BADARG", "ttl_ms", "\"0\"", "max_ttl"),
        .init("\(call) ttl_ms -5", "BADARG", "ttl_ms", "\"-5\""),
        .init("\(call) ttl_ms 3600001", "BADARG", "ttl_ms", "3600001", "at most 3600000"),
        .init("\(call) attempt 1000001", "BADARG", "attempt", "from 0 to 1000000"),
        .init("\(call) outcome fine", "BADARG", "outcome", "ok, error, timeout, cancelled"),
        .init("\(call) service_tier gold", "BADARG", "service_tier", "standard, batch, flex"),
        .init("\(call) seconds -1", "BADARG", "seconds", "\"-1\"", "a decimal number of seconds"),
        .init(
            "\(call) input_tokens 10 cache_read_tokens 11", "BADARG", "cache_read_tokens",
            "input_tokens"),
        .init(
            "\(call) output_tokens 10 reasoning_tokens 11", "BADARG", "reasoning_tokens",
            "output_tokens"),
        .init("CHARGE idempotency_key k ttl_ms 5", "BADARG", "ttl_ms"),
        .init("USAGE user alice idempotency_key k", "BADARG", "idempotency_key"),
        .init("RUN r by size", "BADARG", "by", "\"size\"", "cost, time or newest"),
        .init("RUN r count 0", "BADARG", "count", "\"0\"", "from 1 to 1000"),
        .init("RUN r count 1001", "BADARG", "count", "\"1001\""),
        .init("RUN", "BADARG", "run"),
        .init("TOP", "BADARG", "TOP needs field behind the verb"),
        .init("TOP user cost", "BADARG", "TOP needs window behind the verb"),
        .init("TOP usr cost day", "BADARG", "field", "\"usr\"", "label.<name>", "mean \"user\""),
        .init("TOP task cost day", "BADARG", "field is \"task\""),
        .init("TOP tenant cost day", "BADARG", "field is \"tenant\""),
        .init("TOP label. cost day", "BADARG", "field is \"label.\""),
        .init("TOP user tasks day", "BADARG", "measure is \"tasks\"", "cost, tokens"),
        .init("TOP user cost minute", "BADARG", "window is \"minute\"", "hour, day, week, month"),
        .init("TOP user cost day count 0", "BADARG", "count", "\"0\""),
        .init("TOP user cost day cursor 1", "BADARG", "cursor"),
        .init("HISTORY tenat cost day", "BADARG", "\"tenat\"", "mean \"tenant\""),
        .init("HISTORY run cost day", "BADARG", "window is \"day\"", "one of hour"),
        .init("HISTORY user cost week", "BADARG", "window is \"week\"", "hour, day"),
        .init("HISTORY user cost day user u", "BADARG", "unknown field \"user\""),
        .init("ENTRIES user u model m", "BADARG", "unknown field \"model\""),
        .init("ENTRIES count 1001", "BADARG", "count", "\"1001\""),
    ]

    static let ids: [BadRequest] = [
        .init("COMMIT", "BADARG", "id"),
        .init("COMMIT nonsense", "BADARG", "id", "\"nonsense\"", "<tenant>.<22 characters>"),
        .init("COMMIT .p5N7ZLjKpY8Dchu2us9ceA", "BADARG", "id"),
        .init("RELEASE default.short", "BADARG", "id", "\"default.short\""),
        .init("EXTEND default.p5N7ZLjKpY8Dchu2us9ceA", "BADARG", "ttl_ms"),
        .init("RELEASE default.p5N7ZLjKpY8Dchu2us9ceA user x", "BADARG", "user"),
        .init("COMMIT default.AAAAAAAAAAAAAAAAAAAAAA", "UNKNOWN_RESERVATION", "default.AAAA"),
        .init("RELEASE default.AAAAAAAAAAAAAAAAAAAAAA", "UNKNOWN_RESERVATION", "default.AAAA"),
        .init("STATUS default.AAAAAAAAAAAAAAAAAAAAAA", "UNKNOWN_RESERVATION", "default.AAAA"),
        .init("STATUS idempotency_key never", "UNKNOWN_RESERVATION", "there is no default."),
        .init("STATUS", "BADARG", "STATUS <id>"),
        .init("STATUS tenant acme", "BADARG", "idempotency_key"),
        .init("COMMIT \u{1}.p5N7ZLjKpY8Dchu2us9ceA", "BADARG", "id"),
    ]

    static let commands: [BadRequest] = [
        .init("RESERV idempotency_key k", "ERR", "RESERV"),
        .init("GET x", "ERR", "GET"),
        .init("FLUSHALL", "ERR", "FLUSHALL"),
        .init("EVAL return1 0", "ERR", "EVAL"),
        .init("WATCH x", "ERR", "WATCH"),
        .init("EXEC", "ERR", "EXEC"),
        .init("SELECT 1", "ERR", "DB index"),
        .init("HELLO 4", "NOPROTO", "protocol version"),
    ]
}
