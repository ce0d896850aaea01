// `roles:` of the configuration: which users and groups of this machine may do what on the unix
// socket. Root and the daemon's own user are admins whatever stands there, since the data is
// theirs anyway.

import BudgetService
import Listeners

/// Reads who may do what.
enum RolesReader {
    static let keys = ["admin", "ops", "others"]
    private static let others: [(name: String, value: Role?)] = [
        (Role.worker.name, .worker), ("none", nil),
    ]

    static func read(_ node: YAMLNode) -> PeerRoles {
        var roles = PeerRoles()
        guard let fields = node.fields(keys) else { return roles }
        if let (users, groups) = fields["admin"].map(ids) {
            roles.adminUserIDs.formUnion(users)
            roles.adminGroupIDs = groups
        }
        if let (users, groups) = fields["ops"].map(ids) {
            roles.opsUserIDs = users
            roles.opsGroupIDs = groups
        }
        if let other = fields["others"]?.choice(others) { roles.otherRole = other }
        return roles
    }

    private static func ids(_ node: YAMLNode) -> (users: Set<UInt32>, groups: Set<UInt32>) {
        guard let fields = node.fields(["uids", "gids"]) else { return ([], []) }
        return (numbers(fields["uids"], "user"), numbers(fields["gids"], "group"))
    }

    private static func numbers(_ node: YAMLNode?, _ kind: String) -> Set<UInt32> {
        let expected = "a \(kind) id like 1000"
        let nodes = node?.list("a list of \(kind) ids like [1000]", orOne: true) ?? []
        // The largest number means "no id" to the kernel.
        return Set(
            nodes.compactMap { $0.whole(0...Int64(UInt32.max) - 1, expected) }.map(UInt32.init))
    }
}
