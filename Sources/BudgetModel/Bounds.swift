/// Every bound of the service, each with its reason. A request past one of them gets a clear
/// error and changes nothing.
public enum Bounds {
    /// The largest sum that Redis's Lua keeps exactly: 2^53 − 1. In money: 9,007,199 dollars.
    public static let maxSum: Int64 = 9_007_199_254_740_991
    /// The largest single amount: a thousandth of the largest sum, so that adding a call to a
    /// counter can't leave the exact range of a double. In money: 9,007 dollars a call.
    public static let maxAmount: Int64 = 9_007_199_254_740
    /// The largest token count of one call: far above any model's context.
    public static let maxTokens: Int64 = 1_000_000_000_000
    /// Bytes of one subject field's value: long enough for two UUIDs and a path, short enough
    /// that a key stays small.
    public static let maxNameBytes = 256
    /// Bytes of an idempotency key. It is stored as a digest only.
    public static let maxKeyBytes = 512
    /// Labels of one subject: each is stored with every entry.
    public static let maxLabels = 16
    /// Limits of one policy: each that applies costs every decision a Redis read and write.
    public static let maxLimits = 64
    /// Shortest time to live of a reservation, in milliseconds.
    public static let minTTL: Int64 = 1
    /// Entries on one page of a listing.
    public static let maxPage = 1000
    /// Entries on a page whose size the request leaves open.
    public static let defaultPage = 100
    /// Spenders in a ranking whose length the request leaves open: what a person looks at.
    public static let defaultTop = 10
    /// Names of a history: a plot has no room for more, and each is looked up in every window.
    public static let maxHistory = 20
    /// Names of a history where the request leaves it open.
    public static let defaultHistory = 5
    /// Grants in force for one limit and subject: each is read by every decision that it is about.
    public static let maxGrants = 64
    /// Operations decided in one script: keeps Redis's other clients waiting at most about a
    /// millisecond.
    public static let maxBatch = 32
    /// Overdue holds that one sweep step ends, for the same reason.
    public static let sweepBatch = 32
}
