// The policy file's list of limits, and what has to be true of all of them together.

import BudgetModel

/// Reads the list of limits and checks what concerns several of them.
enum LimitsReader {
    /// The limits that can be read, in the file's order.
    static func read(_ node: YAMLNode) -> [Limit] {
        guard let nodes = node.list("a list of limits") else { return [] }
        if nodes.count > Bounds.maxLimits {
            node.fault("\(nodes.count) limits are too many; expected at most \(Bounds.maxLimits)")
        }
        var limits: [Limit] = []
        var paths: [String: String] = [:]
        var identities: [Int64: (name: String, path: String)] = [:]
        for node in nodes.prefix(Bounds.maxLimits) {
            guard let limit = LimitReader(node)?.limit() else { continue }
            if let path = paths[limit.name] {
                node.fault(
                    "the name \"\(limit.name)\" is taken by \(path); expected a name of its own")
            } else if let twin = identities[limit.identity] {
                node.fault(
                    "\"\(limit.name)\" counts the same as \"\(twin.name)\" (\(twin.path)): per, "
                        + "window, measure and match are equal; expected one of the two")
            }
            paths[limit.name] = paths[limit.name] ?? node.path
            identities[limit.identity] = identities[limit.identity] ?? (limit.name, node.path)
            limits.append(limit)
        }
        return limits
    }
}
