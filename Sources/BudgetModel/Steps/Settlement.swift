/// The end of a reservation.
public struct Settlement: Equatable, Sendable {
    public enum Kind: Int, Sendable {
        /// The call was made: what it used is spent, in the windows of the reservation.
        case commit = 5
        /// The call was not sent: everything goes back.
        case release = 6
        /// The deadline and the grace are over: everything goes back.
        case expire = 7
        /// They are over, and what was held is spent.
        case expireCharged = 8
    }

    public var kind: Kind
    public var reservation: Reservation
    /// What was really used; for a release or an expiry, amounts of 0.
    public var call: PricedCall
    /// Limits that only what was really used falls under (another model): charged as overrun.
    public var overrun: [PlannedLimit]
    /// Those of its limits that have thresholds to warn of.
    public var thresholds: [PlannedLimit]

    public init(
        kind: Kind, reservation: Reservation, call: PricedCall, overrun: [PlannedLimit] = [],
        thresholds: [PlannedLimit] = []
    ) {
        self.kind = kind
        self.reservation = reservation
        self.call = call
        self.overrun = overrun
        self.thresholds = thresholds
    }

    /// Whether it spends anything.
    public var spends: Bool { kind == .commit || kind == .expireCharged }

    /// Whether more was used than reserved, of any measure.
    public var isOverEstimate: Bool {
        let estimate = reservation.call.amounts
        return Measure.sums.contains { call.amounts[$0] > estimate[$0] }
    }

    /// What changes in the run's ledger: less than the call's where its estimate was charged
    /// already.
    public var booked: Amounts {
        reservation.state == .expiredCharged
            ? call.amounts - reservation.call.amounts : call.amounts
    }
}
