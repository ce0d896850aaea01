// Who is told events.

/// A reader of events. Confined to the loop of its hub.
public protocol EventReader: AnyObject {
    /// Whether it has room for more; what it missed long ago is told only then.
    var hasRoom: Bool { get }
    /// Tells some, the oldest first. It never waits: a reader without room is to end its watch.
    func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch)
    /// No more is told, since it had no room for what it had missed for too long.
    func end(_ watch: EventWatch)
}
