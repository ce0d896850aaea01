// How many descriptors a process may have: of the daemon's connections each end takes one.

import Glibc

enum OpenFiles {
    /// What a process needs beside the connections.
    private static let others = 200

    /// Lets this process, and those that it starts, have so many connections.
    static func allow(connections: Int) throws {
        let needed = rlim_t(connections + others)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw BenchError("getrlimit: errno \(errno)")
        }
        guard limit.rlim_cur < needed else { return }
        guard limit.rlim_max >= needed else {
            throw BenchError(
                "a process may have \(limit.rlim_max) open files here (ulimit -Hn); "
                    + "\(connections) connections need \(needed)")
        }
        limit.rlim_cur = needed
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw BenchError("setrlimit: errno \(errno)")
        }
    }
}
