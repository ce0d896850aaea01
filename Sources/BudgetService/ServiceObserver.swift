// What happened, for whoever counts it. Told on the service's loop after the store's answer, once
// for each thing that was done: a repeated request is not told of again.

public import BudgetModel

/// Whoever counts decisions and spending.
public protocol ServiceObserver: AnyObject {
    /// A call was admitted, or denied for a reason.
    func decided(_ admission: Admission, denied reason: Reason?)
    /// A reservation ended.
    ///
    /// - Parameter late: it was committed after its expiry.
    func settled(_ settlement: Settlement, late: Bool)
}
