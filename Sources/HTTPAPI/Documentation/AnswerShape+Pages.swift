// The shapes of pages: ledgers, lists, audits, books, and what the policy's files are.

extension AnswerShape {
    static let next: (String, JSON) = ("next", Schema.optionalInteger)

    private static let sums: Fields = [
        ("cost_usd", Schema.money), ("tokens", Schema.integer), ("calls", Schema.integer),
        ("retries", Schema.integer),
    ]

    static let ledgerFields: Fields =
        [("run", Schema.text), ("tenant", Schema.text), ("total", Schema.text)] + sums + [
            ("tasks", Schema.list(Schema.object([("task", Schema.text)] + sums))),
            ("entries", Schema.list(Schema.object(entryFields))), next,
        ]

    static let rankingFields: Fields = [
        (
            "rows",
            Schema.list(Schema.object([("name", Schema.text), ("value", Schema.amount)]))
        ), ("from_ms", Schema.integer), ("until_ms", Schema.integer), ("complete", Schema.flag),
    ]

    static let historyFields: Fields = [
        (
            "windows",
            Schema.list(
                Schema.object([("from_ms", Schema.integer), ("until_ms", Schema.integer)]))
        ),
        (
            "rows",
            Schema.list(
                Schema.object([("name", Schema.text), ("values", Schema.list(Schema.amount))]))
        ), ("complete", Schema.flag),
    ]

    static let entriesFields: Fields = [
        (
            "entries",
            Schema.list(
                Schema.object([
                    ("seq", Schema.integer), ("at_ms", Schema.integer), ("kind", Schema.text),
                    ("spends", Schema.flag), ("id", Schema.optionalText),
                    ("user", Schema.optionalText), ("session", Schema.optionalText),
                    ("run", Schema.optionalText), ("task", Schema.optionalText),
                    ("agent", Schema.optionalText), ("tool", Schema.optionalText),
                    ("model", Schema.optionalText), ("cost_usd", Schema.optionalMoney),
                    ("tokens", Schema.optionalInteger),
                    ("input_tokens", Schema.optionalInteger),
                    ("output_tokens", Schema.optionalInteger),
                    ("seconds", Schema.optionalMoney), ("attempt", Schema.optionalInteger),
                    ("outcome", Schema.optionalText), ("price", Schema.optionalText),
                    ("unpriced", Schema.flag), ("scope", Schema.optionalText),
                    ("limit", Schema.optionalText), ("before", Schema.optionalText),
                    ("after", Schema.optionalText),
                ]))
        ), ("reached_ms", Schema.optionalInteger), ("trimmed", Schema.flag), next,
    ]

    private static let entryFields: Fields = [
        ("id", Schema.text), ("seq", Schema.integer), ("kind", Schema.text),
        ("at_ms", Schema.integer), ("user", Schema.optionalText),
        ("session", Schema.optionalText), ("task", Schema.optionalText),
        ("agent", Schema.optionalText), ("tool", Schema.optionalText),
        ("model", Schema.optionalText), ("cost_usd", Schema.money), ("tokens", Schema.integer),
        ("input_tokens", Schema.integer), ("output_tokens", Schema.integer),
        ("seconds", Schema.money), ("attempt", Schema.integer), ("outcome", Schema.text),
        ("price", Schema.text), ("unpriced", Schema.flag),
        ("over_estimate", Schema.flag), ("response_id", Schema.optionalText),
    ]

    static let limitsFields: Fields =
        [
            ("tenant", Schema.text),
            (
                "limits",
                Schema.list(
                    Schema.object([
                        ("limit", Schema.text), ("per", Schema.list(Schema.text)),
                        ("window", Schema.text), ("idle_ms", Schema.optionalInteger),
                        ("rate", Schema.optionalAmount), ("rate_ms", Schema.optionalInteger),
                        ("measure", Schema.text), ("mode", Schema.text), ("cap", Schema.amount),
                        (
                            "match",
                            Schema.list(
                                Schema.object([
                                    ("field", Schema.text), ("patterns", Schema.list(Schema.text)),
                                ]))
                        ),
                    ]))
            ),
        ] + setFields + [next]

    static let subjectFields: Fields = [("tenant", Schema.text)] + setFields

    private static let setFields: Fields = [
        ("suspended", Schema.list(Schema.text)),
        (
            "overrides",
            Schema.list(
                Schema.object([
                    ("limit", Schema.optionalText), ("in_policy", Schema.flag),
                    ("measure", Schema.optionalText), ("scope", Schema.text),
                    ("cap", Schema.optionalAmount), ("until_ms", Schema.optionalInteger),
                    (
                        "grants",
                        Schema.list(
                            Schema.object([
                                ("amount", Schema.amount), ("until_ms", Schema.integer),
                            ]))
                    ),
                ]))
        ),
        ("unreadable", Schema.list(Schema.text)),
    ]

    static let auditFields: Fields = [
        (
            "entries",
            Schema.list(
                Schema.object([
                    ("seq", Schema.integer), ("at_ms", Schema.optionalInteger),
                    ("actor", Schema.optionalText), ("action", Schema.optionalText),
                    ("subject", Schema.optionalText), ("limit", Schema.optionalText),
                    ("before", Schema.optionalText), ("after", Schema.optionalText),
                    ("reason", Schema.optionalText), ("text", Schema.text),
                    ("chain", Schema.text),
                ]))
        ), next,
    ]

    static let policyFields: Fields = [
        ("file", Schema.text), ("read_at_ms", Schema.integer),
        (
            "daemons",
            Schema.list(
                Schema.object([
                    ("daemon", Schema.text), ("digest", Schema.text), ("at_ms", Schema.integer),
                ]))
        ),
        ("agree", Schema.flag),
    ]

    static let lookFields: Fields = [
        ("file", Schema.text), ("digest", Schema.optionalText),
        ("faults", Schema.list(Schema.text)), ("changed", Schema.flag),
        ("reloaded", Schema.flag),
    ]

    static let journalFields: Fields = [
        (
            "entries",
            Schema.list(
                Schema.object([
                    ("seq", Schema.integer), ("at_ms", Schema.integer), ("kind", Schema.text),
                    ("key", Schema.text), ("text", Schema.text),
                ]))
        ),
        ("trimmed", Schema.flag), next,
    ]

    static let countersFields: Fields = [
        ("tenant", Schema.text),
        (
            "holds",
            Schema.list(
                Schema.object([("key", Schema.text), ("expires_at_ms", Schema.integer)]))
        ),
        (
            "counters",
            Schema.list(
                Schema.object([("key", Schema.text), ("values", Schema.list(Schema.text))]))
        ),
        (
            "sets",
            Schema.list(
                Schema.object([
                    ("key", Schema.text), ("count", Schema.integer),
                    ("members", .object([.init("type", "array")])),
                ]))
        ),
        ("wrong_types", Schema.list(Schema.text)), ("steering", Schema.list(Schema.text)),
        ("keep_runs_ms", Schema.integer), ("keep_late_commit_ms", Schema.integer), next,
    ]
}
