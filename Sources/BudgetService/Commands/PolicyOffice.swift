// What the service asks of whoever keeps the policy: files and other loops are not the service's.

public import BudgetModel

/// What a look at the policy's files came to.
public struct PolicyReading: Sendable {
    /// The policy's path.
    public let file: String
    /// The digest of what the files say; nil where they are wrong.
    public let digest: String?
    /// Everything that is wrong, a line each.
    public let faults: [String]
    /// The digest that was in force before.
    public let before: String

    /// Makes a reading.
    public init(file: String, digest: String?, faults: [String], before: String) {
        self.file = file
        self.digest = digest
        self.faults = faults
        self.before = before
    }
}

/// A daemon on the same Redis, as it said itself a moment ago.
public struct PolicyHolder: Sendable, Equatable {
    /// Machine and socket.
    public let daemon: String
    /// The digest of its policy.
    public let digest: String
    /// When it said so, Unix time in milliseconds by Redis's clock.
    public let at: Int64

    /// Makes a holder.
    public init(daemon: String, digest: String, at: Int64) {
        self.daemon = daemon
        self.digest = digest
        self.at = at
    }
}

/// Whoever keeps the policy. Used on one loop; completions come on it, once.
public protocol PolicyOffice: AnyObject {
    /// The policy's path.
    var file: String { get }
    /// When the policy in force was read, Unix time in milliseconds.
    var readAt: Int64 { get }
    /// The daemons on this Redis, this one among them.
    var holders: [PolicyHolder] { get }
    /// Reads the files and changes nothing.
    func check(completion: @escaping (PolicyReading) -> Void)
    /// Reads the files; a policy without a fault is entered in the audit, where it is another one,
    /// and in force on every loop when this completes. It fails where it could not be entered;
    /// the policy before stays then.
    ///
    /// - Parameters:
    ///   - actor: who wants it.
    ///   - reason: why, in the administrator's words.
    func reload(
        actor: String, reason: String,
        completion: @escaping (Result<PolicyReading, BudgetError>) -> Void)
}
