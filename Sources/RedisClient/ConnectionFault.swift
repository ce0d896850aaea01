// Why a connection is none, for people: what a library says of an error names functions of its own,
// which tell an operator nothing.

import Foundation
import NIOCore
import NIOPosix

/// What stands in the log and in INFO for an error of the network.
enum ConnectionFault {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error) }
            let why = [error.dnsAError, error.dnsAAAAError].compactMap { $0 }.first
            return "\(error.host) is not known" + (why.map { ": \($0)" } ?? "")
        case ChannelError.connectTimeout: return "it took too long to connect"
        default: return "\(error)"
        }
    }
}
