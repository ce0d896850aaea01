/// Where a reservation stands: `held → committed | released | expired`, and
/// `expired → late_committed`. Charges and records are born committed.
public enum ReservationState: Character, Sendable {
    case held = "H"
    case committed = "C"
    case released = "R"
    case expired = "E"
    /// Expired, and its estimate was charged (the policy's `on_expire: charge`).
    case expiredCharged = "D"
    case lateCommitted = "L"

    /// The name on the wire.
    public var name: String {
        switch self {
        case .held: "held"
        case .committed: "committed"
        case .released: "released"
        case .expired, .expiredCharged: "expired"
        case .lateCommitted: "late_committed"
        }
    }
}
