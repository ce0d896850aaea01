// A reload as an act: one entry of the audit for each policy that another one replaces.
//
// It is entered in the audit of the tenant `default`, which AUDIT shows where no tenant is named:
// a policy is the whole house's, and an entry for each tenant would be many for one change. The
// house needs no stream of its own for it, since the entry there has a number and a link in a chain
// like every other, by the same script.

import BudgetModel
import Foundation

extension Act {
    /// Another policy takes the place of the one before.
    init(policy after: String, before: String, actor: String, reason: String) {
        let house = Subject(tenant: Subject.defaultTenant)
        guard let scope = Scope(of: house, per: [.tenant]) else {
            preconditionFailure("every subject has a tenant")
        }
        self.init(
            id: Self.newID(of: house.tenant), bodyDigest: after, actor: actor, reason: reason,
            scope: scope, limit: nil, change: .policy(before: before, after: after))
    }

    /// No key of anybody's: 128 random bits.
    private static func newID(of tenant: String) -> ReservationID {
        let bytes = withUnsafeBytes(of: UUID().uuid) { Data($0) }
        let digest = bytes.base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_").replacing("=", with: "")
        return ReservationID(tenant: tenant, digest: digest)
    }
}
