/// Why the daemon can't run: for people, with what to do.
public struct DaemonError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
