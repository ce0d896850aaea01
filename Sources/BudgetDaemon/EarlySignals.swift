// The signals that end the daemon, from its first line on. The service group takes them once its
// dispatch sources are registered; until then the system's own answer would be to end the process
// on the spot. Blocking them in between does not help: the async main's thread ends up in a
// sigsuspend with nothing blocked (libdispatch's `dispatch_main` on Linux), where a pending signal
// is delivered before anybody listens. So they are caught, and remembered.

import Glibc
import Synchronization

/// SIGTERM and SIGINT before the service group listens.
public enum EarlySignals {
    private static let hasCome = Atomic<Bool>(false)

    /// To be called first in main: from here on such a signal is remembered.
    public static func remember() {
        // Made here: a signal handler may read and write it, but not make it.
        hasCome.store(false, ordering: .sequentiallyConsistent)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in
                EarlySignals.hasCome.store(true, ordering: .sequentiallyConsistent)
            }
        }
        // What it asks for, reading the files again, a start does anyway.
        signal(SIGHUP, SIG_IGN)
        // Whoever read what is said here may be gone.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether one came before the service group listened. Final once it does.
    static var came: Bool { hasCome.load(ordering: .sequentiallyConsistent) }
}
