// Who budgetctl is to a daemon behind TCP: a token's owner, a certificate's, or both. Behind a
// unix socket the kernel says it, so that neither is asked for.

import ArgumentParser
import Foundation
import NIOSSL

struct IdentityOptions: ParsableArguments {
    /// Where the token may be. It never is an argument, which every user of the machine can read.
    static let variable = "BUDGETD_TOKEN"

    @Option(
        help: ArgumentHelp(
            "A file with the token, for TCP. Default: BUDGETD_TOKEN.", valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @Option(
        name: .customLong("tls-ca"),
        help: ArgumentHelp(
            "A PEM file of who signs the daemon's certificate. Default: whom the system trusts.",
            valueName: "file"),
        completion: .file())
    var authority: String?

    @Option(
        name: .customLong("tls-cert"),
        help: ArgumentHelp("A PEM file of a certificate of one's own.", valueName: "file"),
        completion: .file())
    var certificate: String?

    @Option(
        name: .customLong("tls-key"),
        help: ArgumentHelp("The PEM file of its private key.", valueName: "file"),
        completion: .file())
    var key: String?

    func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together; expected both")
        }
    }

    /// Refuses what the address has no use for, so that nobody believes it was used.
    func check(_ address: Address) throws(Failure) {
        switch address {
        case .unix where tokenFile != nil || usesTLS:
            throw Failure.usage(
                "tokens and TLS are for TCP; \(address.text) is a unix socket, where the daemon "
                    + "sees the user's id")
        case .tcp(_, _, isEncrypted: false) where usesTLS:
            throw Failure.usage(
                "--tls-ca, --tls-cert and --tls-key expect --server, or a rediss:// address")
        default: return
        }
    }

    private var usesTLS: Bool { authority != nil || certificate != nil }

    /// The token; nil where none is given.
    func token() throws(Failure) -> String? {
        guard let tokenFile else {
            return ProcessInfo.processInfo.environment[Self.variable].flatMap {
                $0.isEmpty ? nil : $0
            }
        }
        var status = stat()
        guard stat(tokenFile, &status) == 0,
            let text = try? String(contentsOfFile: tokenFile, encoding: .utf8),
            let line = text.split(whereSeparator: \.isWhitespace).first
        else { throw Failure.usage("there is no token in \(tokenFile)") }
        guard status.st_mode & S_IRWXO == 0 else {
            throw Failure.usage("everybody may read \(tokenFile); expected chmod 600")
        }
        return String(line)
    }

    /// What encrypts a connection.
    func encryption() throws(Failure) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authority {
                configuration.trustRoots = .certificates(
                    try NIOSSLCertificate.fromPEMFile(authority))
            }
            if let certificate, let key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate)
                    .map { .certificate($0) }
                configuration.privateKey = .privateKey(
                    try NIOSSLPrivateKey(file: key, format: .pem))
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure.usage(
                "the certificates can't be used (\(error)); expected PEM files that can be read, "
                    + "and a key that belongs to the certificate")
        }
    }
}
