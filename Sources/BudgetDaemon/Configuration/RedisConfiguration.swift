// The Redis of an operator's own: where it is, how it is spoken to, and what is asked of it.

public import BudgetStore
import Foundation
public import RedisClient

/// How to reach a Redis.
public struct RedisConfiguration: Sendable {
    /// Where the password may be, if it is in no file. It never is an argument, which every user of
    /// the machine can read.
    public static let passwordVariable = "BUDGETD_REDIS_PASSWORD"
    /// The forms of an address, as messages name them.
    public static let addressForms =
        "unix:/path, redis://127.0.0.1:6379 or rediss://host:6379 (TLS)"

    /// An address, and whether it asks for TLS.
    public struct Address: Sendable, Equatable {
        /// Where it is.
        public var endpoint: RedisEndpoint
        /// `rediss:`.
        public var isEncrypted = false
    }

    /// Where it is.
    public var address: Address
    /// What encrypts it.
    public var tls: RedisTLS?
    /// What it wants to hear.
    public var credentials: RedisCredentials?
    /// What is asked of it.
    public var rules = ServerRules()
    /// Whether plain text may leave the machine.
    public var allowsPlaintext = false

    init(_ address: Address) {
        self.address = address
    }

    /// Reads an address.
    ///
    /// - Returns: nil for what is none, also where it has a password or a database in it.
    static func address(_ text: String) -> Address? {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(text.hasPrefix("unix://") ? 7 : 5)
            return path.isEmpty ? nil : Address(endpoint: .unix(path: String(path)))
        }
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            ["redis", "rediss"].contains(url.scheme), ["", "/", "/0"].contains(url.path),
            url.user == nil, url.password == nil
        else { return nil }
        let name = host.trimmingCharacters(in: ["[", "]"])
        return Address(
            endpoint: .tcp(host: name, port: url.port ?? 6379),
            isEncrypted: url.scheme == "rediss")
    }

    /// Whether others than this machine could read along.
    var isExposed: Bool {
        guard case .tcp(let host, _) = address.endpoint, !address.isEncrypted else { return false }
        return !allowsPlaintext && !ListenConfiguration.isLoopback(host)
    }

    /// What a link has to know.
    var link: RedisLinkConfiguration {
        var link = RedisLinkConfiguration(endpoint: address.endpoint)
        link.tls = tls
        link.credentials = credentials
        return link
    }
}
