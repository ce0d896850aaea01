// The policies of these tests. Each limit counts for a field of its own, so that a test chooses
// the limits that apply by the fields it gives.

enum Policies {
    static let prices = """
        prices:
          - model: gpt-4o
            provider: openai
            from: 2026-01-01
            per_million: { input: 2.50, output: 10.00, cache_read: 1.25 }
        """

    /// Limits nothing; a ledger only.
    static let open = """
        version: 1
        limits: []
        prices: [prices.yaml]
        """

    /// One limit a measure, each of `cap` calls of 1000 tokens that cost a cent.
    static func capped(_ cap: Int) -> String {
        """
        version: 1
        limits:
          - { name: cost, per: [user], window: lifetime, measure: cost, cap: \(cents(cap)) }
          - { name: tokens, per: [session], window: month, measure: tokens, cap: \(cap)000 }
          - { name: calls, per: [agent], window: day, measure: calls, cap: \(cap) }
          - { name: in-flight, per: [tool], window: lifetime, measure: in_flight, cap: \(cap) }
        prices: [prices.yaml]
        """
    }

    /// What holds expire under at once.
    static let hasty = """
        version: 1
        limits:
          - { name: calls, per: [user], window: lifetime, measure: calls, cap: 10 }
          - { name: in-flight, per: [user], window: lifetime, measure: in_flight, cap: 10 }
        reservations: { ttl: 60s, grace: 0s, max_ttl: 1h, on_expire: release }
        prices: [prices.yaml]
        """

    /// A number of cents as dollars.
    static func cents(_ count: Int) -> String {
        "\(count / 100)." + (count % 100 < 10 ? "0" : "") + "\(count % 100)"
    }
}
