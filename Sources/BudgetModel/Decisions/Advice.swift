/// What an agent should do next, judged by the tightest limit that applies.
public enum Advice: String, Sendable {
    case ok
    /// A fifth of the tightest limit or less is left.
    case conserve
    /// A twentieth or less is left: a cheaper model, fewer steps.
    case degrade
    /// Nothing is left, or the call was denied.
    case stop

    /// - Parameters:
    ///   - remaining: what is left of `cap`, in the limit's unit; negative past the cap.
    ///   - cap: the cap in force, 0 or more.
    public init(remaining: Int64, cap: Int64) {
        if remaining <= 0 {
            self = .stop
        } else if remaining <= cap / 20 {
            self = .degrade
        } else if remaining <= cap / 5 {
            self = .conserve
        } else {
            self = .ok
        }
    }
}
