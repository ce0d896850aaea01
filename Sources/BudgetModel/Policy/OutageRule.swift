/// What workers do while budgetd can't be asked: the rule that every client is told when it
/// connects, and keeps by itself.
public enum OutageRule: Hashable, Sendable {
    /// They make no call: they fail closed.
    case deny
    /// Each process goes on, up to a bound in money (1e-9 US dollars, above 0) and for so many
    /// milliseconds (above 0) from its first unanswered question on, and records what it spent
    /// as soon as it can.
    case allow(cost: Int64, milliseconds: Int64)
}
