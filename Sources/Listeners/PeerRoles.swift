// Which role a unix socket's peer has: a pure mapping, so that who may do what can be read off a
// table. The strongest role that any of its ids gives counts.

public import BudgetService
import Glibc

/// Roles by user and group ids.
public struct PeerRoles: Sendable {
    /// Users who may do everything. The daemon's own user is root to its data anyway.
    public var adminUserIDs: Set<UInt32>
    /// Groups whose members may do everything.
    public var adminGroupIDs: Set<UInt32>
    /// Users who may read what everybody spent.
    public var opsUserIDs: Set<UInt32>
    /// Groups whose members may read what everybody spent.
    public var opsGroupIDs: Set<UInt32>
    /// Everybody else's role; nil to refuse them. Who may connect at all is the socket file's
    /// mode to say.
    public var otherRole: Role?

    /// Root and the daemon's own user.
    public static var usualAdmins: Set<UInt32> { [0, geteuid()] }

    /// Makes roles; by default root and the daemon's own user are admins, others workers.
    public init(
        adminUserIDs: Set<UInt32> = PeerRoles.usualAdmins, adminGroupIDs: Set<UInt32> = [],
        opsUserIDs: Set<UInt32> = [], opsGroupIDs: Set<UInt32> = [], otherRole: Role? = .worker
    ) {
        self.adminUserIDs = adminUserIDs
        self.adminGroupIDs = adminGroupIDs
        self.opsUserIDs = opsUserIDs
        self.opsGroupIDs = opsGroupIDs
        self.otherRole = otherRole
    }

    /// The role of a peer, or nil if it has none.
    public func role(of peer: PeerCredentials) -> Role? {
        if adminUserIDs.contains(peer.userID) || !adminGroupIDs.isDisjoint(with: peer.groupIDs) {
            return .admin
        }
        if opsUserIDs.contains(peer.userID) || !opsGroupIDs.isDisjoint(with: peer.groupIDs) {
            return .ops
        }
        return otherRole
    }

    /// The caller that a peer is, or nil if it has no role.
    public func caller(_ peer: PeerCredentials) -> Caller? {
        role(of: peer).map {
            Caller(role: $0, name: "uid:\(peer.userID) pid:\(peer.processID)")
        }
    }
}
