// A server that does what a test tells it, byte by byte: for the faults that a real Redis can't be
// brought to show on demand.

import Glibc
import TestSupport

/// A listening unix socket and the one connection that was accepted last. Blocking.
final class ScriptedServer {
    let path: String
    private let listener: Int32
    private var peer: Int32 = -1

    init() {
        path = "/tmp/budgetd-fake-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        let status = UnixAddress.with(path) { bind(listener, $0, $1) }
        precondition(listener >= 0 && status == 0, "bind \(path): \(errno)")
        listen(listener, 8)
    }

    deinit {
        hangUp()
        close(listener)
        unlink(path)
    }

    /// Takes the next connection, forgetting an earlier one without closing it.
    func accept() {
        peer = Glibc.accept(listener, nil, nil)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Takes the next connection and makes it ready.
    func acceptReady() {
        accept()
        expect("*1\r\n$4\r\nPING\r\n")
        send("+PONG\r\n")
    }

    /// Reads as many bytes as the text has; false if they are others.
    @discardableResult
    func expect(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        var bytes: [UInt8] = []
        while bytes.count < wanted.count {
            var chunk = [UInt8](repeating: 0, count: wanted.count - bytes.count)
            let count = recv(peer, &chunk, chunk.count, 0)
            guard count > 0 else { return false }
            bytes += chunk[..<count]
        }
        return bytes == wanted
    }

    /// Whether the client closes its side (true) or says something more.
    func seesEnd() -> Bool {
        var byte: UInt8 = 0
        return recv(peer, &byte, 1, 0) <= 0
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(peer, bytes, bytes.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
    }

    /// Ends the sending direction only.
    func halfClose() { shutdown(peer, Int32(SHUT_WR)) }

    /// Closes the connection.
    func hangUp() {
        if peer >= 0 { close(peer) }
        peer = -1
    }
}
