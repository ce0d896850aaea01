/// What the service asks of the store for administrators. Rare beside decisions, so none of it is
/// batched.
public protocol AdministrationPort: AnyObject {
    /// Does it, with its audit entry, in one step.
    ///
    /// The error is `CONFLICT` where the key was used for another act, or where what is to be
    /// corrected is no longer what it was, else as for a step.
    func perform(_ act: Act, completion: @escaping (Result<ActResult, BudgetError>) -> Void)

    /// Whose sums a key of ``CountersPage`` holds; nil where it is none of the tenant's.
    func scope(ofCounters key: String, tenant: String) -> Scope?

    /// A page of a tenant's audit, the newest first.
    func audit(
        _ query: AuditQuery,
        completion: @escaping (Result<Page<AuditLine>, BudgetError>) -> Void)

    /// What is set for these scopes (canonical spellings), or for any scope of the tenant.
    func steering(
        tenant: String, scopes: [String],
        completion: @escaping (Result<Page<Steering>, BudgetError>) -> Void)
    func steering(
        tenant: String, cursor: Int,
        completion: @escaping (Result<Page<Steering>, BudgetError>) -> Void)
}

/// Some of a list, as of a moment.
public struct Page<Element: Equatable & Sendable>: Equatable, Sendable {
    public var elements: [Element]
    /// Where the next page begins; nil at the end.
    public var next: String?
    public var moment: Moment

    public init(elements: [Element], next: String?, moment: Moment) {
        self.elements = elements
        self.next = next
        self.moment = moment
    }
}
