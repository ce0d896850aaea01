// Many workers at once, each a thread with a connection of its own, let go together.

import Foundation
import Synchronization

/// Workers that run beside the test until they are waited for.
final class Swarm<Result: Sendable>: Sendable {
    private struct State {
        var results: [Swift.Result<Result, any Error>] = []
    }

    private let state = Mutex(State())
    private let start = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// Starts them; each is told its number.
    init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Result) {
        for number in 0..<count {
            ended.enter()
            let thread = Thread { [self] in
                start.wait()
                let result = Swift.Result { try body(number) }
                state.withLock { $0.results.append(result) }
                ended.leave()
            }
            thread.stackSize = 512 * 1024
            thread.start()
        }
        for _ in 0..<count { start.signal() }
    }

    /// How many have ended.
    var endedCount: Int { state.withLock { $0.results.count } }

    /// Waits for all, and gives what they brought, in the order in which they ended.
    ///
    /// - Throws: `DaemonFailure` where one still works after that time, or what one threw.
    func wait(seconds: Int = 120) throws -> [Result] {
        guard ended.wait(timeout: .now() + .seconds(seconds)) == .success else {
            throw DaemonFailure(
                description: "only \(endedCount) workers ended within \(seconds) s")
        }
        return try state.withLock { try $0.results.map { try $0.get() } }
    }
}

/// Runs so many workers at once to their ends.
func swarm<T: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> T
) throws -> [T] {
    try Swarm(count, body).wait()
}
