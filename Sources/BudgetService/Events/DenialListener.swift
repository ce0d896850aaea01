// Denials on their way to watchers: they are no entries, so whoever decides them has to say so.

public import BudgetModel

/// Who tells this daemon's watchers of denials. Used on any loop.
public protocol DenialListener: AnyObject, Sendable {
    /// Whether somebody watches; asked of each denial.
    var isListening: Bool { get }
    /// Takes a denial.
    func tell(_ denial: Event)
}

extension BudgetService {
    /// Tells of a denial, where somebody watches. A CHECK asks for no call, so it is none.
    func tell(_ denial: Denial, _ answer: DecisionAnswer, at moment: Moment) {
        let admission = answer.admission
        guard let denials, denials.isListening, admission.kind != .check else { return }
        denials.tell(
            Event(
                tenant: admission.id.tenant, moment: moment,
                matter: .denied(answer.event(denial, at: moment))))
    }
}
