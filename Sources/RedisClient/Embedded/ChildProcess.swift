// A child process and the thread that it hangs on.
//
// The child is started through `setpriv --pdeathsig TERM`, so that the kernel ends it when this
// daemon dies, kill -9 included. The kernel takes "parent" to be the *thread* that spawned: when
// that thread ends, the signal fires, though the process lives on. Threads of a pool come and go;
// so each child gets a thread of its own, which spawns it and then does nothing but wait for its
// end.
//
// It does not begin before it is told to, which is after its spawning was reported, and so written
// down: it waits for a line, and where the daemon dies before saying it, for the end of the line.
// Otherwise a daemon that dies right then leaves a server that nobody knows of, and the next daemon
// starts a second one on the same files.
//
// The child gets its own process group, so that Ctrl-C in a terminal reaches the daemon alone,
// which stops Redis last; default signal handling; no descriptor of ours; and PATH and TZ of our
// environment only, since that may hold secrets.
import Glibc
import Synchronization

final class ChildProcess: Sendable {
    enum Report: Sendable {
        case spawned(ChildProcess)
        /// errno of the attempt.
        case failed(Int32)
        case exited(pid: Int32, ServerLifecycle.Exit)
    }

    let pid: Int32
    private let reaped = Mutex(false)

    private init(pid: Int32) {
        self.pid = pid
    }

    /// - Parameters:
    ///   - command: an absolute path and its arguments; it begins after the first report.
    ///   - log: the file that the child's output is appended to.
    ///   - report: called on the child's thread: once spawned or failed, then once exited.
    static func launch(
        _ command: [String], log: String, report: @escaping @Sendable (Report) -> Void
    ) {
        let begun = DedicatedThread.start {
            var pid: Int32 = 0
            // A socket, since writing to a pipe whose reader died raises a signal.
            var ends: [Int32] = [-1, -1]
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return report(.failed(errno)) }
            let failure = spawn(waiting + command, input: ends[1], log: log, pid: &pid)
            Glibc.close(ends[1])
            defer { Glibc.close(ends[0]) }
            guard failure == 0 else { return report(.failed(failure)) }
            let child = ChildProcess(pid: pid)
            report(.spawned(child))
            send(ends[0], "\n", 1, Int32(MSG_NOSIGNAL))
            report(.exited(pid: pid, child.wait()))
        }
        if begun != 0 { report(.failed(begun)) }
    }

    /// Becomes the command behind it once it has read a line, and ends where there is none.
    private static let waiting = [
        "/bin/sh", "-c", "read -r go && unset PWD && exec \"$@\" </dev/null", "sh",
    ]

    /// Signals the child unless it was reaped already, when the pid may be another process's.
    func signal(_ number: Int32) {
        reaped.withLock { if !$0 { kill(pid, number) } }
    }

    private func wait() -> ServerLifecycle.Exit {
        var facts = siginfo_t()
        // WNOWAIT leaves the zombie, and so the pid, in place until the lock is held.
        while waitid(P_PID, id_t(pid), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return reaped.withLock { reaped in
            reaped = true
            var status: Int32 = 0
            guard waitpid(pid, &status, 0) == pid else { return .unknown }
            let signal = status & 0x7f
            return signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
        }
    }

    private typealias CloseFrom =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// glibc 2.34 has it, behind a macro that hides it from Swift, so it is looked up by name.
    /// NIO's sockets are not close-on-exec: in the child they would keep clients' connections open.
    private static var closeFrom: CloseFrom? {
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
            unsafeBitCast($0, to: CloseFrom.self)
        }
    }

    /// - Returns: 0 or an errno.
    private static func spawn(
        _ command: [String], input: Int32, log: String, pid: inout Int32
    ) -> Int32 {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_adddup2(&files, input, 0)
        posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&files, 1, 2)
        guard let closeFrom else { return ENOSYS }
        _ = closeFrom(&files, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let environment = ["PATH", "TZ"].compactMap { (name: String) -> String? in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        return posix_spawn(&pid, command[0], &files, &attributes, &arguments, &variables)
    }
}
