// `listen:` of the configuration: the TCP listener. Certificates, keys and tokens are read here
// already, so that what is wrong with them is told with the rest.

import AccessTokens
import BudgetService
import Foundation
import Listeners

/// Reads where TCP clients are served.
enum ListenReader {
    static let keys = ["address", "tokens", "tls", "max_connections"]
    private static let form = "an address and a port like 127.0.0.1:6380"

    /// - Parameters:
    ///   - directory: where relative paths begin.
    ///   - now: in seconds since 1970, for the tokens file.
    static func read(
        _ node: YAMLNode, from directory: String, now: Int64
    ) -> ListenConfiguration? {
        node.fields(keys).flatMap { read($0, of: node, from: directory, now: now) }
    }

    /// Reads the same from a mapping that has other keys too.
    static func read(
        _ fields: YAMLFields, of node: YAMLNode, from directory: String, now: Int64
    ) -> ListenConfiguration? {
        let isEncrypted = fields["tls"] != nil
        let address = fields.required("address", form).flatMap { Self.address($0, isEncrypted) }
        let tokens = fields["tokens"].flatMap { Self.tokens($0, directory, now) }
        let tls = fields["tls"].flatMap {
            ListenTLSReader.read($0, from: directory, hasTokens: fields["tokens"] != nil)
        }
        let most = fields["max_connections"]?.whole(1...100_000, "1 to 100000")
        if fields["tokens"] == nil, !isEncrypted {
            node.fault("nobody could say who they are; expected tokens, or tls with client_ca")
        }
        guard let address else { return nil }
        return ListenConfiguration(
            host: address.host, port: address.port, tokensPath: tokens, tls: tls,
            maxConnections: most.map(Int.init))
    }

    private static func address(
        _ node: YAMLNode, _ isEncrypted: Bool
    ) -> (host: String, port: Int)? {
        guard let text = node.text(form) else { return nil }
        guard let address = ListenConfiguration.address(text) else {
            node.fault("\(node.description) is no address; expected \(form)")
            return nil
        }
        guard isEncrypted || ListenConfiguration.isLoopback(address.host) else {
            node.fault(
                "\(node.description) can be reached from other machines, which would see tokens "
                    + "and spending in plain text; expected tls, or 127.0.0.1, ::1 or localhost")
            return nil
        }
        return address
    }

    /// The file is read here to be checked; its own faults follow as they are.
    static func tokens(_ node: YAMLNode, _ directory: String, _ now: Int64) -> String? {
        guard let path = node.path(from: directory, "the tokens file's path") else { return nil }
        do throws(TokenFaults) {
            _ = try TokenFile(path: path, now: now)
            return path
        } catch {
            for line in error.lines { node.fault(line) }
            return nil
        }
    }
}
