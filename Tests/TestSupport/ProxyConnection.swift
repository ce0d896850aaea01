// One connection through a `FaultProxy`: a thread for each direction.

import Glibc
import Synchronization

/// Both sockets of a connection, which end together.
final class ProxyConnection: Sendable {
    private struct State {
        var ended = 0
        /// The next answer is not passed on; the connection ends in its place.
        var losesAnswer = false
        /// The client's side is told that the server said its last.
        var halfCloses = false
    }

    private let proxy: FaultProxy
    private let client: Int32
    private let server: Int32
    private let state = Mutex(State())

    init(_ proxy: FaultProxy, client: Int32, server: Int32) {
        self.proxy = proxy
        self.client = client
        self.server = server
    }

    /// From the client to the server.
    func passUp() {
        var counter = RequestCounter()
        while let bytes = read(client) {
            guard thaw() else { break }
            let (passed, goesOn) = admit(bytes, &counter)
            guard write(passed, to: server), goesOn else { break }
        }
        end()
    }

    /// From the server to the client.
    func passDown() {
        while let bytes = read(server) {
            guard thaw(), !state.withLock({ $0.losesAnswer }) else { break }
            if state.withLock({ $0.halfCloses }) {
                shutdown(client, Int32(SHUT_WR))
                continue
            }
            guard write(disguised(bytes), to: client) else { break }
        }
        end()
    }

    private func disguised(_ bytes: [UInt8]) -> [UInt8] {
        guard case .disguise(let word) = proxy.fault,
            let place = bytes.firstRange(of: Array(word.utf8))?.lowerBound
        else { return bytes }
        var bytes = bytes
        bytes[place] = UInt8(ascii: "?")
        return bytes
    }

    /// How much of what the client said is passed on, and whether anything may follow.
    private func admit(_ bytes: [UInt8], _ counter: inout RequestCounter) -> ([UInt8], Bool) {
        let begins = counter.begins(in: bytes)
        return proxy.state.withLock { shared in
            let first = shared.requests
            shared.requests += begins.count
            switch shared.fault {
            case .cutBefore(let number) where begins.indices.contains(number - first):
                shared.fault = .none
                return (Array(bytes[..<begins[number - first]]), false)
            case .cutAfter(let number) where begins.indices.contains(number - first):
                shared.fault = .none
                state.withLock { $0.losesAnswer = true }
            case .halfClose(let number) where begins.indices.contains(number - first):
                shared.fault = .none
                state.withLock { $0.halfCloses = true }
            default: break
            }
            return (bytes, true)
        }
    }

    /// Waits while nothing passes; false where the proxy has ended.
    private func thaw() -> Bool {
        while true {
            let (fault, isEnded) = proxy.state.withLock { ($0.fault, $0.isEnded) }
            if isEnded { return false }
            if case .delay(let time) = fault { usleep(UInt32(time) * 1000) }
            guard fault == .freeze else { return true }
            usleep(1000)
        }
    }

    private func read(_ socket: Int32) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    private func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var place = 0
        while place < bytes.count {
            let isSplit = proxy.fault == .split
            let size = isSplit ? min(1 + place % 3, bytes.count - place) : bytes.count - place
            let count = bytes[place..<(place + size)].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            place += count
            if isSplit, place % 16 == 0 { sched_yield() }
        }
        return true
    }

    /// The second thread that ends closes the sockets.
    private func end() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
        let isLast = state.withLock { state in
            state.ended += 1
            return state.ended == 2
        }
        guard isLast else { return }
        close(client)
        close(server)
    }
}

/// Finds where requests begin: arrays of bulk strings, however they are cut into pieces.
struct RequestCounter {
    /// Bytes of the current bulk string that are still to come, its line end included.
    private var pending = 0
    /// Bulk strings of the current request that are still to come.
    private var bulks = 0
    private var line: [UInt8] = []

    /// The places in these bytes at which a request begins.
    mutating func begins(in bytes: [UInt8]) -> [Int] {
        var begins: [Int] = []
        var place = 0
        while place < bytes.count {
            if pending > 0 {
                let step = min(pending, bytes.count - place)
                pending -= step
                place += step
                continue
            }
            if bulks == 0, line.isEmpty { begins.append(place) }
            line.append(bytes[place])
            place += 1
            guard line.last == UInt8(ascii: "\n") else { continue }
            let number = Int(String(decoding: line.dropFirst().dropLast(2), as: UTF8.self)) ?? 0
            if line.first == UInt8(ascii: "*") {
                bulks = number
            } else {
                bulks = max(0, bulks - 1)
                pending = number + 2
            }
            line = []
        }
        return begins
    }
}
