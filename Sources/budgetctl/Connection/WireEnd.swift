// Why a connection came to its end, for people: what a library says of an error names places in its
// own source, which tell nobody anything.

import Foundation
import NIOCore
import NIOPosix
import NIOSSL

extension Wire {
    /// Why there is no more to be read or sent.
    struct End: Error {
        enum Kind {
            /// It is connected, and nothing came in time.
            case silent
            /// Its certificate is not to be trusted.
            case certificate
            /// It is no TLS that it speaks.
            case plain
            case other
        }

        let kind: Kind
        let reason: String

        init(_ kind: Kind, _ reason: String) {
            self.kind = kind
            self.reason = reason
        }

        /// What an error of the network says.
        init(_ error: any Error) {
            switch error {
            case let error as IOError:
                self.init(.other, String(cString: strerror(error.errnoCode)))
            case let error as NIOConnectionError:
                if let first = error.connectionErrors.first {
                    self.init(first.error)
                } else {
                    let why = error.dnsAError.map { ": \($0)" } ?? ""
                    self.init(.other, "\(error.host) is not known\(why)")
                }
            case ChannelError.connectTimeout: self.init(.other, "it took too long")
            case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
                self.init(encryption: error)
            default: self.init(.other, "\(error)")
            }
        }

        /// What an error of TLS says.
        private init(encryption error: any Error) {
            let text = "\(error)"
            if error as? NIOSSLExtraError == .failedToValidateHostname {
                self.init(.certificate, "its certificate names another host")
            } else if text.contains("CERTIFICATE_VERIFY_FAILED") {
                self.init(
                    .certificate,
                    "its certificate is not trusted: nobody who is trusted here signed it, or it "
                        + "is out of date")
            } else if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
                self.init(.plain, "it speaks no TLS")
            } else {
                let reasons = text.matches(of: /OPENSSL_internal:([A-Z0-9_]+)/).map {
                    $0.1.lowercased().replacing("_", with: " ")
                }
                let bare = text.replacing(/\sat \/\S+/, with: "")
                self.init(.other, "TLS: " + (reasons.first ?? bare))
            }
        }
    }
}
