// If a test run dies, its redis-servers must not outlive it: a shell per server waits for the end
// of a pipe that only the test run holds, then kills the server and removes its directory. Ctrl-C
// and time limits are told to all processes of a test run; the shell doesn't listen.

import Glibc

/// Ends a process if this one ends without having done so.
struct Watchdog {
    private let pid: pid_t
    private let pipe: Int32

    init(over process: pid_t, directory: String) throws {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw TestRedis.Failure(description: "pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        pipe = ends[1]
        let script = "trap '' HUP INT TERM; read line; kill -9 $0; rm -rf \"$1\""
        pid = try ChildProcess.spawn(
            ["sh", "-c", script, "\(process)", directory], .init(input: ends[0]))
    }

    /// The process was ended; nothing is left to be done.
    func dismiss() {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(pipe)
    }
}
