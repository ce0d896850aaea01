// A configuration that can't be used, as its author is told.

import BudgetService

/// Everything that is wrong with a configuration file.
public struct ConfigurationFaults: Error, CustomStringConvertible, Sendable {
    /// `budgetd.yaml:3: redis.url: …`, in the order of lines; at least one.
    public let lines: [String]

    init(_ list: FaultList) {
        lines = PolicyFaults([list]).faults.map(\.text)
    }

    /// One line for each.
    public var description: String { lines.joined(separator: "\n") }
}
