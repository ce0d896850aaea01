/// The end of a reservation.
public struct Settlement: Equatable, Sendable {
    public enum Kind: Int, Sendable {
        /// The call was made: what it used is spent, in the windows of the reservation.
        case commit = 5
        /// The call was not sent: everything goes back.
        case release = 6
        /// The deadline and the grace are over: everything goes back.
        case expire = 7
    }

    public var kind: Kind
    public var reservation: Reservation
    /// What was really used; for a release or an expiry, amounts of 0.
    public var call: PricedCall
    /// Limits that only what was really used falls under (another model): charged as overrun.
    public var overrun: [PlannedLimit]

    public init(
        kind: Kind, reservation: Reservation, call: PricedCall, overrun: [PlannedLimit] = []
    ) {
        self.kind = kind
        self.reservation = reservation
        self.call = call
        self.overrun = overrun
    }
}
