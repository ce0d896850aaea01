// The TCP listener as an operator sets it.

public import Listeners

/// Where and for whom TCP clients are served.
public struct ListenConfiguration: Sendable {
    /// A name or an address of this machine.
    public var host: String
    /// 1 to 65535.
    public var port: Int
    /// The file of the tokens; nil where certificates alone say who a client is.
    public var tokensPath: String?
    /// What encrypts it; nil for plain text, on this machine only.
    public var tls: ListenerTLS?
    /// Connections at a time.
    public var maxConnections: Int?

    /// Reads `host:port`, `[::1]:port` for IPv6.
    ///
    /// - Returns: nil for anything else.
    static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), port)
    }

    /// Whether what listens or is reached there stays on this machine.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
