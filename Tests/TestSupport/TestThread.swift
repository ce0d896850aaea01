// Threads of the tests: blocking work must not wait in a pool that others need.

import Foundation

/// Blocking work of a test.
public enum TestThread {
    /// Runs something on a thread of its own.
    public static func start(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.stackSize = 256 * 1024
        thread.start()
    }
}
