/// One amount for each measure that is a sum, in the measure's own unit.
///
/// Every amount is between 0 and ``Bounds/maxAmount``, so that a few of them added together
/// stay exact in Redis's Lua, whose numbers are doubles.
public struct Amounts: Equatable, Sendable {
    /// In 1e-9 US dollars.
    public var cost: Int64 = 0
    public var inputTokens: Int64 = 0
    public var outputTokens: Int64 = 0
    public var calls: Int64 = 0
    public var retries: Int64 = 0
    public var milliseconds: Int64 = 0

    public init() {}

    /// Input and output together.
    public var tokens: Int64 { inputTokens + outputTokens }

    public static func - (left: Amounts, right: Amounts) -> Amounts {
        var difference = Amounts()
        difference.cost = left.cost - right.cost
        difference.inputTokens = left.inputTokens - right.inputTokens
        difference.outputTokens = left.outputTokens - right.outputTokens
        difference.calls = left.calls - right.calls
        difference.retries = left.retries - right.retries
        difference.milliseconds = left.milliseconds - right.milliseconds
        return difference
    }

    public static func + (left: Amounts, right: Amounts) -> Amounts {
        var sum = Amounts()
        sum.cost = left.cost + right.cost
        sum.inputTokens = left.inputTokens + right.inputTokens
        sum.outputTokens = left.outputTokens + right.outputTokens
        sum.calls = left.calls + right.calls
        sum.retries = left.retries + right.retries
        sum.milliseconds = left.milliseconds + right.milliseconds
        return sum
    }

    /// What a limit on `measure` counts of these amounts. The two measures that are not sums
    /// count 1 in flight, and for tasks 0, since only the store knows whether a task is new.
    public subscript(measure: Measure) -> Int64 {
        switch measure {
        case .cost: cost
        case .tokens: tokens
        case .inputTokens: inputTokens
        case .outputTokens: outputTokens
        case .calls: calls
        case .retries: retries
        case .seconds: milliseconds
        case .inFlight: 1
        case .tasks: 0
        }
    }
}
