// `socket:` of the configuration: the unix socket's path alone, or with who may write to the file,
// which is who may connect.

import BudgetService
import Foundation

/// Reads where the unix socket is, and for whom.
enum SocketReader {
    static let keys = ["path", "mode", "group"]
    private static let modeForm = "an octal mode like 0660, for its owner at least"

    static func read(_ node: YAMLNode, from directory: String, into file: inout ConfigurationFile) {
        guard node.isMapping else {
            file.socket = path(node, directory)
            return
        }
        guard let fields = node.fields(keys) else { return }
        file.socket = fields["path"].flatMap { path($0, directory) }
        file.socketMode = fields["mode"].flatMap(mode)
        file.socketGroup = fields["group"].flatMap(group)
    }

    static func path(_ node: YAMLNode, _ directory: String) -> String? {
        guard let path = node.path(from: directory, "a unix socket's path") else { return nil }
        guard path.utf8.count <= DaemonConfiguration.maxSocketPathBytes else {
            node.fault(
                "the path has \(path.utf8.count) bytes; expected at most "
                    + "\(DaemonConfiguration.maxSocketPathBytes), as unix sockets have")
            return nil
        }
        return path
    }

    /// Three octal digits, with or without a zero or `0o` before them.
    private static func mode(_ node: YAMLNode) -> UInt32? {
        guard let text = node.text(modeForm) else { return nil }
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text.drop { $0 == "0" }
        guard digits.count == 3, let mode = UInt32(digits, radix: 8), mode & 0o600 == 0o600,
            mode & 0o111 == 0
        else {
            node.fault("\(node.description) is no mode of a socket; expected \(modeForm)")
            return nil
        }
        return mode
    }

    /// A group's name, or its number.
    private static func group(_ node: YAMLNode) -> UInt32? {
        let expected = "the name or the id of a group of this machine"
        guard let text = node.name(expected) else { return nil }
        // The largest number means "no id" to the kernel.
        if let number = UInt32(text), number < .max { return number }
        guard let found = getgrnam(text) else {
            node.fault("there is no group \(node.description); expected \(expected)")
            return nil
        }
        return found.pointee.gr_gid
    }
}
