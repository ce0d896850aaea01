// Who may do what, written down once more: other tests take it from the table of commands, and
// would follow a mistake in it.

import BudgetService
import Testing

@Suite struct RoleTableTests {
    private static let roles: [(Role, String)] = [
        (
            .worker,
            "RESERVE, COMMIT, RELEASE, EXTEND, CHARGE, RECORD, CHECK, USAGE, STATUS"
        ),
        (.ops, "RUN, TOP, HISTORY, NEAR, ENTRIES, JOURNAL, COUNTERS"),
        (
            .admin,
            "LIMIT LIST, LIMIT SET, LIMIT UNSET, LIMIT GRANT, LIMIT RESET, SUBJECT SUSPEND, "
                + "SUBJECT RESUME, SUBJECT SHOW, AUDIT, POLICY SHOW, POLICY CHECK, POLICY RELOAD, "
                + "CORRECT"
        ),
    ]

    @Test func theTableIsAsItIsMeant() {
        for (role, names) in Self.roles {
            let own = Command.allCases.filter { $0.spec.role == role }.map(\.rawValue)
            #expect(own.joined(separator: ", ") == names)
        }
        let ofTheHouse = Command.allCases.filter(\.spec.isHouseWide)
        #expect(ofTheHouse == [.policyShow, .policyCheck, .policyReload])
    }
}
