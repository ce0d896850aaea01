/// A limit that applies to a call, with the counter that it has there: whose, in which window.
public struct PlannedLimit: Equatable, Sendable {
    public let limit: Limit
    public let scope: Scope
    public let window: WindowInstance

    public init(limit: Limit, scope: Scope, window: WindowInstance) {
        self.limit = limit
        self.scope = scope
        self.window = window
    }

    /// The counter's place, without which limit asked for it.
    public var account: Account {
        Account(
            name: limit.name, scope: scope, window: window.id, counter: limit.counter,
            measure: limit.measure)
    }
}

/// The counter that a limit has in one scope and window, as a reservation remembers it: a later
/// policy may no longer know the limit, and the amounts go back to where they came from.
public struct Account: Hashable, Sendable {
    /// The limit's name when it was planned.
    public let name: String
    public let scope: Scope
    /// ``WindowInstance/id``.
    public let window: String
    /// ``Limit/counter``.
    public let counter: String
    public let measure: Measure

    public init(name: String, scope: Scope, window: String, counter: String, measure: Measure) {
        self.name = name
        self.scope = scope
        self.window = window
        self.counter = counter
        self.measure = measure
    }
}
