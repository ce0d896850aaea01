// Which keys a correction may name.

import Testing

@testable import BudgetStore

extension CorrectionTests {
    @Test func keysOfOthersAreNoCounters() throws {
        let house = try House(.calendar(.day))
        let keys = [
            "b:{other}:w:user=ann:d2027-03-21", "b:{acme}:holds", "b:{acme}:w:user=ann",
            "b:{acme}:w:user=ann:B1/1000", "b:{acme}:w:user:d1", "b:{acme}:w:user=a b:d1",
            "b:{acme}:run:", "b:{acme}:run:r:tasks", "b:{acme}:run:r s", "b:tenants", "",
        ]
        for key in keys {
            let scope = try house.fixture.harness.onStore {
                $0.scope(ofCounters: key, tenant: "acme")
            }
            #expect(scope == nil, "\(key)")
        }
    }
}
