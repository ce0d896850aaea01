// A point in a tenant's history.

/// How far a tenant's history has come: by epoch first, then by sequence number.
public struct WitnessMark: Comparable, Hashable, Sendable {
    public var epoch: UInt64
    public var sequence: UInt64

    public init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.epoch, left.sequence) < (right.epoch, right.sequence)
    }
}
