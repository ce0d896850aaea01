// What one tenant has of its own in the policy.

public import Foundation

/// What the policy says about one tenant.
public struct TenantSettings: Equatable, Sendable {
    /// Where the tenant's days and months begin.
    public let timeZone: TimeZone

    public init(timeZone: TimeZone) {
        self.timeZone = timeZone
    }
}
