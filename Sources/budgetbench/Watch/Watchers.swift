// Many subscribers on a thread of their own, which looks ten times a second what there is to read:
// those who watch are elsewhere, and what reading costs them is not to be measured here.

import Foundation
import Glibc
import Synchronization

/// Subscribers, from their subscription to their end.
final class Watchers {
    /// How long the thread rests between two looks.
    private static let pause: UInt32 = 100_000

    private final class Shared: Sendable {
        let isOver = Atomic(false)
        let result = Mutex<Result<WatcherConnection.Told, BenchError>?>(nil)
        let hasEnded = DispatchSemaphore(value: 0)
    }

    private let shared = Shared()

    /// Subscribes them all.
    init(_ shape: WatchShape, count: Int, path: String) throws {
        var connections: [WatcherConnection] = []
        for watcher in 0..<count {
            connections.append(
                try WatcherConnection(path: path, channel: shape.channel(of: watcher)))
        }
        let reading = Reading(connections)
        Thread.detachNewThread { [shared] in
            let result = Result { () throws(BenchError) in
                try reading.run { shared.isOver.load(ordering: .acquiring) }
            }
            shared.result.withLock { $0 = result }
            shared.hasEnded.signal()
        }
    }

    deinit {
        shared.isOver.store(true, ordering: .releasing)
    }

    /// Ends them.
    ///
    /// - Throws: where one was told something twice, or out of order.
    func end() throws -> WatcherConnection.Told {
        shared.isOver.store(true, ordering: .releasing)
        shared.hasEnded.wait()
        guard let result = shared.result.withLock(\.self) else {
            throw BenchError("the watchers' thread ended without a result")
        }
        return try result.get()
    }

    /// The thread's own. Unchecked, as the compiler can't see that it is given over before the
    /// thread begins, and used there alone.
    private final class Reading: @unchecked Sendable {
        private var connections: [WatcherConnection]

        init(_ connections: [WatcherConnection]) {
            self.connections = connections
        }

        func run(until isOver: () -> Bool) throws(BenchError) -> WatcherConnection.Told {
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { room.deallocate() }
            // Asked together who has something: a thousand looks of their own would take time from
            // what is measured.
            var sockets = connections.map {
                pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0)
            }
            defer { connections = [] }
            do {
                while !isOver() {
                    usleep(Watchers.pause)
                    poll(&sockets, nfds_t(sockets.count), 0)
                    for (index, connection) in connections.enumerated()
                    where sockets[index].revents != 0 {
                        // One that has ended is not looked at again.
                        if try !connection.read(into: room) { sockets[index].fd = -1 }
                    }
                }
                return try connections.reduce(WatcherConnection.Told()) { try $0 + $1.end() }
            } catch {
                throw error as? BenchError ?? BenchError("\(error)")
            }
        }
    }
}
