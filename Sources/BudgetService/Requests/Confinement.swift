// A caller that is bound to a tenant sees and changes nothing of another one's. Every command goes
// through here right after its fields are read, when the house's own names of fields (the policy's
// `fields`) have become the tenant that they mean; ids, which carry a tenant, go through here too.

public import BudgetModel

extension Caller {
    /// Puts the caller's own tenant where none was given.
    ///
    /// - Throws: `NOPERM` where another one was, or where the command is about all of them.
    func confine(
        _ fields: inout FieldReader.Fields, _ command: Command
    ) throws(BudgetError) {
        guard let tenant else { return }
        if command.spec.isHouseWide { try checkHouseWide(command.rawValue) }
        if fields.hasTenant {
            try check(tenant: fields.subject.tenant)
        } else {
            fields.subject[.tenant] = tenant
        }
    }

    /// Refuses what is about all tenants.
    ///
    /// - Parameter what: its name.
    public func checkHouseWide(_ what: String) throws(BudgetError) {
        guard let tenant else { return }
        throw BudgetError(
            .noPermission,
            "\(name) is bound to the tenant \(FieldText.shown(tenant)), \(what) is about all")
    }

    /// Refuses an id of another tenant, whether there is such a reservation or not.
    func check(tenant other: String) throws(BudgetError) {
        // Bytes, since Swift takes two spellings of a character for one and Redis does not.
        guard let tenant, !tenant.utf8.elementsEqual(other.utf8) else { return }
        throw BudgetError(
            .noPermission,
            "\(name) is bound to the tenant \(FieldText.shown(tenant)), this is about "
                + FieldText.shown(other))
    }
}
