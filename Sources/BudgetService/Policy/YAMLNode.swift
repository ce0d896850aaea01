// A place in a file from which values are read. Each reading method answers the value, or adds
// one fault that says what is there and what was expected, and answers nil.

import Yams

/// One node of a YAML file, its path, and the list to which its faults go.
package struct YAMLNode {
    let node: Node
    let path: String
    let repeatedKeys: [String]
    let faults: FaultList

    package func fault(_ message: String) {
        faults.add(
            line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, path: path, message)
    }

    func child(_ node: Node, _ step: String) -> YAMLNode {
        YAMLNode(node: node, path: path + step, repeatedKeys: repeatedKeys, faults: faults)
    }

    /// How a fault names what is there.
    package var description: String {
        switch node {
        case .scalar(let scalar):
            if isEmpty { return "nothing" }
            let text = scalar.string
            return "\"" + text.prefix(64) + (text.count > 64 ? "…" : "") + "\""
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .alias: return "an alias"
        }
    }

    /// Whether nothing stands here: `cap:` or `cap: ~`.
    var isEmpty: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// Whether keys and values stand here.
    package var isMapping: Bool { node.mapping != nil }

    /// The text of a value that is neither empty nor a list nor a mapping.
    package func text(_ expected: String) -> String? {
        guard case .scalar(let scalar) = node, !isEmpty else {
            fault("found \(description); expected \(expected)")
            return nil
        }
        return scalar.string
    }

    /// Whether it is this single value.
    func isText(_ text: String) -> Bool { node.scalar?.string == text }

    /// The elements of a list; a single value counts as a list of one where `orOne`.
    package func list(_ expected: String, orOne: Bool = false) -> [YAMLNode]? {
        if case .sequence(let sequence) = node {
            return sequence.enumerated().map { child($1, "[\($0)]") }
        }
        if orOne, case .scalar = node, !isEmpty { return [self] }
        fault("found \(description); expected \(expected)")
        return nil
    }

    /// The keys and values of a mapping whose keys are names of the author's choice. A key that
    /// stands there before is a fault.
    package func entries(_ expected: String) -> [(key: YAMLNode, name: String, value: YAMLNode)]? {
        guard case .mapping(let mapping) = node else {
            fault("found \(description); expected \(expected)")
            return nil
        }
        var lines: [String: Int] = [:]
        var entries: [(YAMLNode, String, YAMLNode)] = []
        for (keyNode, value) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                child(keyNode, "").fault("found a key that is no name; expected \(expected)")
                continue
            }
            let name = YAMLFile.name(ofKey: scalar.string, repeatedKeys: repeatedKeys)
            let step = path.isEmpty ? name : "." + name
            let key = child(keyNode, step)
            if let line = lines[name] {
                key.fault("the key is repeated; it stands on line \(line) already")
                continue
            }
            lines[name] = keyNode.mark?.line ?? 1
            entries.append((key, name, child(value, step)))
        }
        return entries
    }

    /// The values of a mapping with fixed keys. Any other key is a fault.
    package func fields(_ keys: [String]) -> YAMLFields? {
        guard let entries = entries("a mapping with the keys " + keys.joined(separator: ", "))
        else { return nil }
        var values: [String: YAMLNode] = [:]
        for entry in entries {
            if keys.contains(entry.name) {
                values[entry.name] = entry.value
            } else {
                let hint = NearMiss.hint(for: entry.name, among: keys)
                let expected = "; expected one of " + keys.joined(separator: ", ")
                entry.key.fault("unknown key" + (hint.isEmpty ? expected : hint))
            }
        }
        return YAMLFields(owner: self, values: values)
    }
}
