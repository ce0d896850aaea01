// Where the daemon listens: a unix socket's path, or a URL for TCP. What stands in a URL beside
// host and port is refused by name, never left out: a password that was dropped would look like a
// wrong one. Plain text stays on this machine, as the daemon's own listeners do, since the token
// would be for everybody between to read.

import Foundation

/// The daemon's address.
enum Address: Equatable {
    case unix(path: String)
    case tcp(host: String, port: Int, isEncrypted: Bool)

    /// What is expected of an address.
    static let forms =
        "a unix socket's path, redis://127.0.0.1:6380 or rediss://host:6380 (TLS)"
    static let standardPort = 6380

    /// Reads `/path`, `unix:/path`, `unix:///path`, `redis://host:port` or `rediss://host:port`.
    init(_ text: String) throws(Failure) {
        if text.hasPrefix("unix:") {
            self = .unix(path: String(text.dropFirst(text.hasPrefix("unix://") ? 7 : 5)))
        } else if text.contains("://") {
            self = try Self.url(text, of: "--socket", expected: Self.forms)
        } else {
            self = .unix(path: text)
        }
    }

    /// Reads a remote daemon's `host`, `host:port` or `[address]:port`: TLS on the port for it.
    init(server text: String) throws(Failure) {
        let forms = "a host, host:port or [address]:port, which is asked over TLS"
        guard !text.contains("/") else {
            throw Failure.usage(
                text.contains("@") ? "--server has a password in it" : "--server is \(text)",
                hint: "expected \(forms)")
        }
        self = try Self.url("rediss://" + text, of: "--server", expected: forms)
    }

    private static func url(
        _ text: String, of option: String, expected forms: String
    ) throws(Failure) -> Address {
        let scheme = text.prefix { $0 != ":" }
        // Before anything of the text is shown: there may be a password in it.
        guard !text.contains("@") else {
            throw Failure.usage(
                "\(option) has a user or a password in its URL, which every user of this machine "
                    + "can read",
                hint: "the token goes into BUDGETD_TOKEN or a file: --token-file")
        }
        guard ["redis", "rediss"].contains(scheme) else {
            throw Failure.usage("\(option) is \(text); expected \(forms)")
        }
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            url.query == nil, url.fragment == nil, ["", "/", "/0"].contains(url.path)
        else {
            throw Failure.usage(
                "\(option) is \(text); expected \(forms), and nothing behind the port")
        }
        let name = host.trimmingCharacters(in: ["[", "]"])
        let isEncrypted = scheme == "rediss"
        guard isEncrypted || isLoopback(name) else {
            throw Failure.usage(
                "\(option) is \(text), where others could read along; expected rediss://, or "
                    + "127.0.0.1, ::1 or localhost")
        }
        return .tcp(host: name, port: url.port ?? standardPort, isEncrypted: isEncrypted)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// As messages name it.
    var text: String {
        switch self {
        case .unix(let path): path
        case .tcp(let host, let port, _):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// BUDGETD_SOCKET's, or where budgetd listens when it is not told where.
    static var standard: String {
        let environment = ProcessInfo.processInfo.environment
        if let given = environment["BUDGETD_SOCKET"], !given.isEmpty { return given }
        if geteuid() == 0 { return "/run/budgetd/budgetd.sock" }
        if let directory = environment["XDG_RUNTIME_DIR"] { return directory + "/budgetd.sock" }
        let home = environment["HOME"] ?? "."
        return (environment["XDG_STATE_HOME"] ?? home + "/.local/state") + "/budgetd/budgetd.sock"
    }
}
