// One file as a tree with places. Yams reads the YAML; what it does not do is tell everything
// at once: it stops at the first repeated key. Such a key is therefore marked, so that it is no
// longer a repetition, and the text is read again; the tree restores the name and whoever reads
// the mapping sees the repetition and reads on.

import Yams

/// Reads a YAML file into nodes that know where they stand.
package struct YAMLFile {
    /// Bytes of one file: far more than any policy, and quickly read.
    static let maxBytes = 1 << 20
    /// Repeated keys that are found in one read.
    private static let maxRepetitions = 32
    /// Marks begin here, in a plane that no text uses; the number of the key is added.
    private static let firstMark: UInt32 = 0xF0000

    private let faults: FaultList
    private var text: String
    private var repeatedKeys: [String] = []

    package init(text: String, faults: FaultList) {
        self.text = text
        self.faults = faults
    }

    /// The root, or nil with faults added.
    package mutating func root(expected: String) -> YAMLNode? {
        guard text.utf8.count <= Self.maxBytes else {
            faults.add(
                line: 1, column: 1,
                "the file has \(text.utf8.count) bytes; expected at most \(Self.maxBytes)")
            return nil
        }
        var screen = YAMLScreen(text)
        screen.search(faults)
        guard faults.faults.isEmpty, let node = compose(expected) else { return nil }
        return YAMLNode(node: node, path: "", repeatedKeys: repeatedKeys, faults: faults)
    }

    private mutating func compose(_ expected: String) -> Node? {
        while true {
            do {
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let node = try parser.nextRoot() else {
                    faults.add(line: 1, column: 1, "the file is empty; expected \(expected)")
                    return nil
                }
                if let second = try parser.nextRoot() {
                    let line = second.mark?.line ?? 1
                    faults.add(
                        line: line, column: 1,
                        "another document begins; expected one document in the file")
                }
                return node
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let key = keys.first, mark(key, at: context.mark) else {
                    faults.add(
                        line: context.mark.line, column: context.mark.column,
                        "keys are repeated: \(keys.joined(separator: ", "))")
                    return nil
                }
            } catch {
                addSyntaxFault(error)
                return nil
            }
        }
    }

    /// Makes the key at a place unique; false where that can't be done.
    private mutating func mark(_ key: String, at place: Mark) -> Bool {
        guard repeatedKeys.count < Self.maxRepetitions,
            let sign = Unicode.Scalar(Self.firstMark + UInt32(repeatedKeys.count))
        else { return false }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(place.line - 1) else { return false }
        var scalars = Array(lines[place.line - 1].unicodeScalars)
        var column = place.column - 1
        if scalars.indices.contains(column), "\"'".unicodeScalars.contains(scalars[column]) {
            column += 1
        }
        guard scalars.indices.contains(column), scalars[column] == key.unicodeScalars.first else {
            return false
        }
        scalars[column] = sign
        lines[place.line - 1] = String(String.UnicodeScalarView(scalars))
        text = lines.joined(separator: "\n")
        repeatedKeys.append(key)
        return true
    }

    /// The name of a key, without the mark that it may have got.
    static func name(ofKey text: String, repeatedKeys: [String]) -> String {
        guard let first = text.unicodeScalars.first, first.value >= firstMark,
            Int(first.value - firstMark) < repeatedKeys.count
        else { return text }
        return repeatedKeys[Int(first.value - firstMark)]
    }

    private func addSyntaxFault(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let around = context.map { " \($0.text) from line \($0.mark.line)" } ?? ""
            faults.add(
                line: mark.line, column: mark.column, "not valid YAML: \(problem)\(around)")
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = before.split(separator: "\n", omittingEmptySubsequences: false).count
            faults.add(line: max(1, line), column: 1, "not valid YAML: \(problem)")
        default:
            faults.add(line: 1, column: 1, "not valid YAML: \(error)")
        }
    }
}
