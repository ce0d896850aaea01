// `redis:` of the configuration: the Redis to use in place of one of our own. The password is read
// here already, and the authority's certificate, so that what is wrong is told with the rest.

import BudgetService
import BudgetStore
import Foundation
import RedisClient

/// Reads which Redis is used.
enum RedisReader {
    static let keys = [
        "url", "user", "password_file", "tls_ca", "allow", "assume",
    ]

    /// - Parameters:
    ///   - directory: where relative paths begin.
    ///   - environment: where the password is looked for, if no file is named.
    static func read(
        _ node: YAMLNode, from directory: String, environment: [String: String]
    ) -> RedisConfiguration? {
        guard let fields = node.fields(keys) else { return nil }
        let address = fields.required("url", RedisConfiguration.addressForms)
            .flatMap { Self.address($0, directory) }
        let password =
            fields["password_file"].flatMap { Self.password($0, directory) }
            ?? environment[RedisConfiguration.passwordVariable]
        let user = fields["user"]?.name("a user of Redis's ACL")
        if fields["user"] != nil, password == nil, fields["password_file"] == nil {
            fields["user"]?.fault(
                "a user without a password; expected password_file, or "
                    + "\(RedisConfiguration.passwordVariable) in the environment")
        }
        let tls = encryption(fields["tls_ca"], directory, address)
        let (waivers, allowsPlaintext) = allowed(fields["allow"])
        let fsync = fields["assume"].flatMap(assumed)
        guard let address else { return nil }
        var redis = RedisConfiguration(address)
        redis.credentials = password.map { RedisCredentials(user: user, password: $0) }
        redis.tls = tls
        redis.rules.waivers = waivers
        redis.rules.assumedFsync = fsync
        redis.allowsPlaintext = allowsPlaintext
        if redis.isExposed {
            fields["url"]?.fault(
                "plain text would leave this machine; expected rediss://, or plaintext in "
                    + "redis.allow where the network between is trusted")
        }
        return redis
    }

    private static func address(
        _ node: YAMLNode, _ directory: String
    ) -> RedisConfiguration.Address? {
        guard let text = node.text(RedisConfiguration.addressForms) else { return nil }
        guard var address = RedisConfiguration.address(text) else {
            // Not shown: there may be a password in it.
            node.fault(
                "the address can't be used; expected \(RedisConfiguration.addressForms), user and "
                    + "password apart from it")
            return nil
        }
        if case .unix(let path) = address.endpoint {
            address.endpoint = .unix(path: FilePath.path(path, from: directory))
        }
        return address
    }

    /// The first line of the file.
    private static func password(_ node: YAMLNode, _ directory: String) -> String? {
        let expected = "the path of a file with the password"
        guard let path = node.path(from: directory, expected) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0,
            let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first
        else {
            node.fault("there is no password in \(path); expected \(expected)")
            return nil
        }
        guard status.st_mode & S_IRWXO == 0 else {
            node.fault("everybody may read \(path); expected chmod 600")
            return nil
        }
        return String(line)
    }

    private static func encryption(
        _ node: YAMLNode?, _ directory: String, _ address: RedisConfiguration.Address?
    ) -> RedisTLS? {
        let path = node?.path(from: directory, "a PEM file's path")
        guard let address else { return nil }
        guard address.isEncrypted else {
            node?.fault("this is about TLS, and url asks for none; expected rediss://")
            return nil
        }
        do {
            return try RedisTLS(authority: path)
        } catch {
            node?.fault("the authority can't be used (\(error)); expected a PEM file")
            return nil
        }
    }

    private static func allowed(_ node: YAMLNode?) -> (Set<ServerRules.Waiver>, Bool) {
        let choices: [(name: String, value: ServerRules.Waiver?)] =
            ServerRules.Waiver.allCases.map { ($0.rawValue, $0) } + [("plaintext", nil)]
        let names = choices.map(\.name).joined(separator: ", ")
        let found = (node?.list("a list of " + names, orOne: true) ?? []).compactMap {
            $0.choice(choices)
        }
        return (Set(found.compactMap { $0 }), found.contains(nil))
    }

    private static func assumed(_ node: YAMLNode) -> ServerRules.Fsync? {
        let choices = ServerRules.Fsync.allCases.map { ($0.rawValue, $0) }
        return node.fields(["appendfsync"])?["appendfsync"]?.choice(choices)
    }
}
