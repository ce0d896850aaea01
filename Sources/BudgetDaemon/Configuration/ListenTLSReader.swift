// `listen.tls:` of the configuration: the listener's certificate, and whose certificates it takes.

import BudgetService
import Foundation
import Listeners

/// Reads what encrypts the TCP listener.
enum ListenTLSReader {
    static let keys = ["certificate", "key", "client_ca", "clients"]
    private static let file = "a PEM file's path"

    /// - Parameters:
    ///   - directory: where relative paths begin.
    ///   - hasTokens: whether a client without a certificate may say who it is in another way.
    static func read(
        _ node: YAMLNode, from directory: String, hasTokens: Bool
    ) -> ListenerTLS? {
        guard let fields = node.fields(keys) else {
            return nil
        }
        let certificate = fields.required("certificate", file)?.path(from: directory, file)
        let key = fields.required("key", file)?.path(from: directory, file)
        let clientCA = fields["client_ca"]?.path(from: directory, file)
        let callers = fields["clients"].map(Self.callers) ?? [:]
        if fields["client_ca"] == nil, let clients = fields["clients"] {
            clients.fault("nobody's certificate is asked for; expected client_ca beside it")
        }
        if fields["client_ca"] != nil, fields["clients"] == nil {
            node.fault(
                "no certificate would give a role; expected clients, a mapping of certificates' "
                    + "names to roles, beside client_ca")
        }
        if !hasTokens, fields["client_ca"] == nil {
            node.fault(
                "nobody could say who they are; expected client_ca here, or tokens "
                    + "beside it")
        }
        guard let certificate, let key else { return nil }
        do {
            return try ListenerTLS(
                certificate: certificate, key: key, clientCA: clientCA, callers: callers,
                isCertificateNeeded: !hasTokens)
        } catch {
            node.fault(
                "the certificates can't be used (\(error)); expected PEM files that can be read "
                    + "and a key that belongs to the certificate")
            return nil
        }
    }

    private static func callers(_ node: YAMLNode) -> [String: Caller] {
        var callers: [String: Caller] = [:]
        for entry in node.entries("a mapping of certificates' names to roles") ?? [] {
            let roles = Role.allCases.map { ($0.name, $0) }
            guard entry.key.checkName(entry.name, "a certificate's name"),
                let fields = entry.value.fields(["role", "tenant"]),
                let role = fields.required("role", "worker, ops or admin")?.choice(roles)
            else { continue }
            let tenant = fields["tenant"]?.name("a tenant")
            if fields["tenant"] != nil, tenant == nil { continue }
            callers[entry.name] = Caller(
                role: role, name: "certificate:" + entry.name,
                tenant: tenant?.precomposedStringWithCanonicalMapping)
        }
        return callers
    }
}
