// Who is told events, and by whom.

public import BudgetModel

/// A reader of events. Confined to the loop of its source.
public protocol EventReader: AnyObject {
    /// Says, once, whether it has room for more; what it missed long ago is told only then.
    func room(_ answer: @escaping (Bool) -> Void)
    /// Tells some, the oldest first. It never waits: a reader without room is to end its watch.
    func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch)
    /// No more is told, since it had no room for what it had missed for too long.
    func end(_ watch: EventWatch)
}

/// What listeners let their clients watch by. Confined to one loop.
public protocol EventSource: AnyObject {
    /// The house's own names of subject fields.
    var aliases: [String: SubjectField] { get }

    /// Begins a watch.
    ///
    /// - Parameter completion: told the watch as soon as it counts: from then on, or from `since`
    ///   on, everything is told. Whoever was told one ends it.
    func watch(
        _ channel: EventChannel, reader: any EventReader,
        completion: @escaping (Result<EventWatch, BudgetError>) -> Void)
}
