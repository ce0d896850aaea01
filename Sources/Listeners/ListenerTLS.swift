// TLS for a listener of either API: whom clients see, and whom their certificates say they are.
//
// A client's certificate counts by its subject's alternative names (DNS, URI or mail), which the
// configuration maps to callers. Rejected: the subject's common name, which has no type, so that a
// CA that signs people's names for one purpose would sign daemons' roles for another.

public import BudgetService
public import NIOSSL

/// Certificates, read and checked.
public struct ListenerTLS: Sendable {
    /// For its connections' handlers.
    public let context: NIOSSLContext
    /// By an alternative name of the client's certificate.
    let callers: [String: Caller]

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - certificate: the path of a PEM file: the listener's certificate, then its chain.
    ///   - key: the path of the PEM file of its private key.
    ///   - clientCA: the path of the PEM file of who signs clients' certificates; nil asks clients
    ///     for none.
    ///   - callers: who clients are, by an alternative name of their certificates.
    ///   - isCertificateNeeded: whether a client without a certificate is turned away at once; else
    ///     it may still say who it is by a token.
    /// - Throws: NIOSSL's errors, where a file can't be read or the key is another certificate's.
    public init(
        certificate: String, key: String, clientCA: String? = nil, callers: [String: Caller] = [:],
        isCertificateNeeded: Bool = false
    ) throws {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        if let clientCA {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(clientCA))
            configuration.certificateVerification =
                isCertificateNeeded ? .noHostnameVerification : .optionalVerification
        }
        context = try NIOSSLContext(configuration: configuration)
        self.callers = callers
    }

    /// Whose certificate it is; nil for nobody's that is known.
    public func caller(_ certificate: NIOSSLCertificate) -> Caller? {
        for name in certificate._subjectAlternativeNames() {
            guard [.dnsName, .uri, .email].contains(name.nameType) else { continue }
            let text = name.contents.withUnsafeBufferPointer {
                String(decoding: $0, as: UTF8.self)
            }
            if let caller = callers[text] { return caller }
        }
        return nil
    }
}
