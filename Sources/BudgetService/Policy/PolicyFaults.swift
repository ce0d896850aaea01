/// Everything that is wrong with a policy and its price files, in the order of files and lines.
public struct PolicyFaults: Error, Hashable, Sendable {
    /// At least one.
    public let faults: [PolicyFault]

    /// One line for each.
    public var text: String { faults.map(\.text).joined(separator: "\n") }

    package init(_ lists: [FaultList]) {
        faults = lists.flatMap { list in
            list.faults.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        }
    }
}
