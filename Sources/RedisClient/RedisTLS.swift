// TLS to a Redis: its certificate has to be good for the host that was asked for. hiredis only
// formats and parses here, so NIO's TLS stands between it and the socket.

import NIOCore
import NIOSSL

/// Whom a link trusts.
public struct RedisTLS: Sendable {
    private let context: NIOSSLContext

    /// - Parameter authority: the path of a PEM file of who signs the Redis's certificate; nil for
    ///   those that the system trusts.
    /// - Throws: NIOSSL's errors, where the file can't be read.
    public init(authority: String? = nil) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authority {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
        }
        context = try NIOSSLContext(configuration: configuration)
    }

    func handler(host: String) throws -> NIOSSLClientHandler {
        // An address has no place in SNI; the certificate is then held against the address itself.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }
}
