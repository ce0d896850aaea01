// Writing to a socket whose peer is gone raises SIGPIPE, which would end the daemon.

import Glibc

/// The signal of a closed peer.
enum BrokenPipe {
    private static let ignored: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Ignores the signal for the whole process, once.
    static func ignore() {
        _ = ignored
    }
}
