// A proxy between a client and a server on unix sockets, which does to their connection what
// networks and dying processes do: it delays, splits, freezes, half-closes and cuts. It knows where
// one request ends and the next begins, so that a cut hits the one that the test means.

import Glibc
import Synchronization

/// A listening unix socket that passes on to another one until it is stopped.
public final class FaultProxy: Sendable {
    /// What happens on all connections, those to come included.
    public enum Fault: Equatable, Sendable {
        /// Bytes pass as they come.
        case none
        /// Each piece waits so many milliseconds.
        case delay(Int)
        /// Bytes pass by ones, twos and threes.
        case split
        /// Nothing passes, in either direction, until there is another fault.
        case freeze
        /// The request of this number from now, the first is 0, is not passed on: its connection
        /// ends instead. Once.
        case cutBefore(Int)
        /// That request is passed on and its answer is not: the connection ends instead. Once.
        case cutAfter(Int)
        /// That request is passed on, and the server's side ends for the client. Once.
        case halfClose(Int)
        /// This word comes to the client with another letter in front.
        case disguise(String)
    }

    struct State {
        var fault = Fault.none
        var requests = 0
        var isEnded = false
    }

    /// Where clients connect.
    public let path: String
    let target: String
    let state = Mutex(State())
    private let directory: TestDirectory
    private let listener: Int32

    /// - Parameter target: the path of the server's socket.
    public init(to target: String) throws {
        self.target = target
        directory = try TestDirectory()
        path = directory.path + "/p.sock"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        let status = UnixAddress.with(path) { bind(listener, $0, $1) }
        guard listener >= 0, status == 0, listen(listener, 1024) == 0 else {
            throw TestRedis.Failure(description: "proxy \(path): errno \(errno)")
        }
        TestThread.start { [self] in accept() }
    }

    /// Ends all connections, and takes no more.
    public func stop() {
        state.withLock { $0.isEnded = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// What happens from now on.
    public var fault: Fault {
        get { state.withLock { $0.fault } }
        set {
            state.withLock {
                $0.fault = newValue
                $0.requests = 0
            }
        }
    }

    /// How many requests came since the fault was set.
    public var requests: Int { state.withLock { $0.requests } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            guard UnixAddress.with(target, { connect(server, $0, $1) }) == 0 else {
                close(client)
                close(server)
                continue
            }
            let connection = ProxyConnection(self, client: client, server: server)
            TestThread.start { connection.passUp() }
            TestThread.start { connection.passDown() }
        }
        close(listener)
    }
}
