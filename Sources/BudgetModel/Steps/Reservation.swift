/// What the store keeps of a reservation, charge or record, and answers about it.
public struct Reservation: Equatable, Sendable {
    public var id: ReservationID
    public var kind: Admission.Kind
    public var state: ReservationState
    /// Unix time in milliseconds at which the hold may be given back; 0 where nothing was held.
    public var deadline: Int64
    /// Sequence number of the entry that made it, and the clock then.
    public var made: Moment
    public var tightest: Tightest?
    public var call: PricedCall
    /// Milliseconds that it was to live when it was made.
    public var timeToLive: Int64
    public var accounts: [Account]
    public var ending: Ending?

    public init(
        id: ReservationID, kind: Admission.Kind, state: ReservationState, deadline: Int64,
        made: Moment, tightest: Tightest?, call: PricedCall, timeToLive: Int64,
        accounts: [Account], ending: Ending? = nil
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.deadline = deadline
        self.made = made
        self.tightest = tightest
        self.call = call
        self.timeToLive = timeToLive
        self.accounts = accounts
        self.ending = ending
    }
}

/// How a reservation ended.
public struct Ending: Equatable, Sendable {
    public var moment: Moment
    /// The amounts that were booked; none for a release or an expiry.
    public var call: PricedCall

    public init(moment: Moment, call: PricedCall) {
        self.moment = moment
        self.call = call
    }
}

/// A place in a tenant's history.
public struct Moment: Equatable, Sendable {
    /// The tenant's sequence number: everything up to it is contained in the answer.
    public var sequence: Sequence
    /// Redis's clock, Unix time in milliseconds.
    public var now: Int64

    public init(sequence: Sequence, now: Int64) {
        self.sequence = sequence
        self.now = now
    }
}

/// A tenant's sequence number: rises by one with every entry; a new epoch, which begins only when
/// an administrator accepts that Redis has lost data, is above every number of the last one.
public struct Sequence: Hashable, Comparable, Sendable {
    public let epoch: Int64
    public let number: Int64

    public init(epoch: Int64, number: Int64) {
        self.epoch = epoch
        self.number = number
    }

    /// Reads Redis's `epoch-number`.
    public init?(text: String) { self.init(text: text[...]) }

    /// The same of a part of a text. By bytes and not generic: each answer of Redis's has one.
    public init?(text: Substring) {
        guard let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")),
            let epoch = Int64(text[..<dash]),
            let number = Int64(text[text.utf8.index(after: dash)...])
        else { return nil }
        self.init(epoch: epoch, number: number)
    }

    /// As one rising integer, for answers: 2^40 numbers an epoch.
    public var value: Int64 { epoch << 40 | number }

    /// Reads that integer.
    public init(value: Int64) {
        self.init(epoch: value >> 40, number: value & ((1 << 40) - 1))
    }

    /// As the journal names it.
    public var text: String { "\(epoch)-\(number)" }

    /// The number so many entries later.
    public func advanced(by entries: Int64) -> Sequence {
        Sequence(epoch: epoch, number: number + entries)
    }

    public static func < (left: Sequence, right: Sequence) -> Bool {
        (left.epoch, left.number) < (right.epoch, right.number)
    }
}

/// The limit of which, in proportion, least is left.
public struct Tightest: Equatable, Sendable {
    /// Its place in the plan, from 0.
    public var index: Int
    /// In the limit's unit, after the call; below 0 past the cap.
    public var remaining: Int64
    /// The cap in force.
    public var cap: Int64

    public init(index: Int, remaining: Int64, cap: Int64) {
        self.index = index
        self.remaining = remaining
        self.cap = cap
    }
}
