// Which role a peer has, as a table.

import BudgetService
import Listeners
import Testing

@testable import SocketAPI

@Suite struct AccessTests {
    @Test(
        arguments: [
            (0, [0], Role.admin), (1, [9], .admin), (5, [40], .admin), (5, [9, 41], .ops),
            (3, [9], .ops), (3, [40], .admin), (5, [9], .worker), (5, [], .worker),
        ] as [(UInt32, [UInt32], Role)])
    func roles(_ user: UInt32, _ groups: [UInt32], _ role: Role) {
        let roles = PeerRoles(
            adminUserIDs: [0, 1], adminGroupIDs: [40], opsUserIDs: [3], opsGroupIDs: [41])
        let peer = PeerCredentials(userID: user, groupIDs: groups, processID: 7)
        #expect(roles.role(of: peer) == role)
        #expect(roles.caller(peer) == Caller(role: role, name: "uid:\(user) pid:7"))
    }

    @Test func othersCanBeRefused() {
        let roles = PeerRoles(adminUserIDs: [0], otherRole: nil)
        #expect(roles.role(of: PeerCredentials(userID: 5, groupIDs: [], processID: 1)) == nil)
    }
}
