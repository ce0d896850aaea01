// The books as the promises describe them, for the policy of the fault tests: two numbers a limit
// and scope, and what state a key is in. No Redis, no time, no batches.

/// What is spent and held after some lines of the journal.
struct PlainBooks {
    struct Limit: Sendable {
        let name: String
        let field: any KeyPath<FaultCall, String> & Sendable
        let cap: Int64
        /// What a call of so many tokens counts; nil for what is only ever held.
        let spends: (@Sendable (Int64) -> Int64)?
    }

    struct Counter: Equatable {
        var spent: Int64 = 0
        var held: Int64 = 0
    }

    static let cost = Limit(name: "cost", field: \.user, cap: 150_000_000) { $0 * 10_000 }
    static let limits = [
        cost,
        Limit(name: "tokens", field: \.session, cap: 30_000) { $0 },
        Limit(name: "calls", field: \.run, cap: 80) { _ in 1 },
        Limit(name: "flight", field: \.agent, cap: 3, spends: nil),
    ]

    /// The same limits as the daemon reads them.
    static let policy = """
        version: 1
        limits:
          - { name: cost, per: [user], window: lifetime, measure: cost, cap: 0.15 }
          - { name: tokens, per: [session], window: lifetime, measure: tokens, cap: 30_000 }
          - { name: calls, per: [run], window: lifetime, measure: calls, cap: 80 }
          - { name: flight, per: [agent], window: lifetime, measure: in_flight, cap: 3 }
        reservations: { ttl: 60s, grace: 0s, max_ttl: 1h, on_expire: release }
        prices: [prices.yaml]
        """

    private var counters: [String: Counter] = [:]
    /// By key, as STATUS names them.
    private(set) var states: [String: String] = [:]

    func counter(_ limit: Limit, _ call: FaultCall) -> Counter {
        counters[limit.name + " " + call[keyPath: limit.field]] ?? Counter()
    }

    /// The limits that have no room for a call now, in the policy's order.
    func failing(_ call: FaultCall, holds: Bool) -> [String] {
        Self.limits.filter { limit in
            guard let amount = limit.spends?(call.tokens) ?? (holds ? 1 : nil) else { return false }
            let counter = counter(limit, call)
            return counter.spent + counter.held + amount > limit.cap
        }.map(\.name)
    }

    func standings(_ call: FaultCall) -> [FaultAnswer.Standing] {
        Self.limits.map { limit in
            let counter = counter(limit, call)
            return .init(limit: limit.name, spent: counter.spent, held: counter.held)
        }
    }

    /// Enters a line of the journal; what of it breaks a promise.
    mutating func enter(_ letter: String, _ call: FaultCall) -> [String] {
        var faults: [String] = []
        let from = states[call.key]
        func expect(_ state: String?) {
            if from != state {
                faults.append("\(letter) of \(call.key), which is \(from ?? "new")")
            }
        }
        switch letter {
        case "H", "G", "P":
            expect(nil)
            let failing = letter == "P" ? [] : failing(call, holds: letter == "H")
            if !failing.isEmpty { faults.append("\(call.key) passed the cap of \(failing)") }
            states[call.key] = letter == "H" ? "held" : "committed"
            letter == "H" ? hold(call, 1) : spend(call, call.tokens)
        case "C":
            expect("held")
            states[call.key] = "committed"
            hold(call, -1)
            spend(call, call.actual)
        case "L":
            expect("expired")
            states[call.key] = "late_committed"
            spend(call, call.actual)
        case "R", "E":
            expect("held")
            states[call.key] = letter == "R" ? "released" : "expired"
            hold(call, -1)
        case "X": expect("held")
        default: faults.append("an entry \(letter) that nobody made")
        }
        return faults
    }

    private mutating func hold(_ call: FaultCall, _ sign: Int64) {
        for limit in Self.limits {
            let amount = limit.spends?(call.tokens) ?? 1
            counters[limit.name + " " + call[keyPath: limit.field], default: Counter()].held +=
                sign * amount
        }
    }

    private mutating func spend(_ call: FaultCall, _ tokens: Int64) {
        for limit in Self.limits {
            guard let amount = limit.spends?(tokens) else { continue }
            counters[limit.name + " " + call[keyPath: limit.field], default: Counter()].spent +=
                amount
        }
    }
}
