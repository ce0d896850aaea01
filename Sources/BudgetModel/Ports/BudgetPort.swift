/// What the service asks of a store that decides and moves amounts. Confined to one event loop,
/// like the service that uses it; completions come on that loop, each exactly once.
public protocol BudgetPort: AnyObject {
    /// Carries a step out, alone or together with others of its tenant.
    ///
    /// The error is `UNAVAILABLE` where it certainly had no effect, `OUTCOME_UNKNOWN` where it
    /// may have had one, `OVERLOADED` past the queue's bound and `INTERNAL` for broken data.
    func perform(_ step: Step, completion: @escaping (Result<StepAnswer, BudgetError>) -> Void)

    /// Ends every hold of a tenant that is overdue at the time of the call.
    func sweep(tenant: String, completion: @escaping (Result<Int, BudgetError>) -> Void)

    /// The store's clock as far as it is known: Unix time in milliseconds.
    var now: Int64 { get }
}
