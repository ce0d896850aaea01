// One conversation with the daemon: a request, its answer, the next one. RESP3, so that a map is
// told from a list. Blocking, since there is nothing else to do meanwhile; a time-out bounds it.

import Glibc
import NIOCore
import RESP

/// A connection to the daemon.
final class Session {
    private let descriptor: Int32
    private let path: String
    private var decoder = RESPValueDecoder()
    private var chunk = [UInt8](repeating: 0, count: 65536)

    /// Connects, and agrees on the protocol.
    init(_ address: Address, timeout seconds: Int) throws(Failure) {
        switch address {
        case .unix(let path): self.path = path
        }
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard made >= 0 else { throw Self.unreachable(path, "no socket: \(Self.reason())") }
        descriptor = made
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                made, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard try Self.connect(made, path) else { throw Self.unreachable(path, Self.reason()) }
        _ = try ask(["HELLO", "3"])
    }

    deinit { close(descriptor) }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameter changes: whether it may change something, so that a lost answer leaves that
    ///   open.
    /// - Throws: also where the answer is an error.
    func ask(_ arguments: [String], changes: Bool = false) throws(Failure) -> RESPValue {
        var writer = CommandWriter()
        writer.command(arguments)
        try send(writer.buffer, changes)
        let answer = try read(changes)
        guard let line = answer.errorLine else { return answer }
        let code = answer.errorCode ?? "ERR"
        throw Failure(status: ExitStatus(code: code), message: line, hint: Self.hint(code))
    }

    private func send(_ bytes: ByteBuffer, _ changes: Bool) throws(Failure) {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            let count = bytes.withUnsafeReadableBytes {
                Glibc.send(
                    descriptor, $0.baseAddress, $0.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            }
            guard count > 0 else { throw lost(changes) }
            bytes.moveReaderIndex(forwardBy: count)
        }
    }

    private func read(_ changes: Bool) throws(Failure) -> RESPValue {
        while true {
            do {
                if let value = try decoder.next() { return value }
            } catch {
                throw Failure.notUnderstood("\(error)")
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { throw lost(changes, isEnd: count == 0) }
            var bytes = ByteBuffer(bytes: chunk[..<count])
            decoder.feed(&bytes)
        }
    }

    private static func connect(_ socket: Int32, _ path: String) throws(Failure) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room, !path.isEmpty else {
            throw Failure.usage("the socket's path \(path) has not 1 to \(room - 1) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, length)
            }
        } == 0
    }

    private func lost(_ changes: Bool, isEnd: Bool = false) -> Failure {
        let why = isEnd ? "it closed the connection" : Self.reason()
        guard changes else { return Self.unreachable(path, why) }
        return Failure(
            status: .outcomeUnknown, message: "the answer of \(path) was lost: \(why)",
            hint: Self.hint("OUTCOME_UNKNOWN"))
    }

    private static func unreachable(_ path: String, _ why: String) -> Failure {
        Failure(
            status: .unreachable, message: "no daemon answers at \(path): \(why)",
            hint: "is budgetd running? --socket or BUDGETD_SOCKET says where it listens")
    }

    private static func reason() -> String {
        switch errno {
        case EAGAIN: "it took too long"
        case let number: String(cString: strerror(number))
        }
    }

    private static func hint(_ code: String) -> String {
        switch code {
        case "NOPERM":
            "the daemon tells roles by the user id: see budgetd --admin-uid and --ops-uid"
        case "OUTCOME_UNKNOWN":
            "it may have been done; to be sure, repeat it with the same --idempotency-key"
        case "UNAVAILABLE": "nothing was done; the daemon's log says why Redis can't be used"
        case "CONFLICT": "the key names another act; --for means another moment each time"
        default: ""
        }
    }
}
