// Starting a program, by name, with nothing inherited but stderr.

import Glibc

/// Child processes of the tests.
enum ChildProcess {
    /// Where a child's standard streams come from and go to.
    struct Streams {
        /// Becomes its standard input; without it that is /dev/null.
        var input: Int32?
        /// A file to which its standard output is appended; without it that is /dev/null.
        var output: String?
        /// A file to which its standard error is appended; without it that is the tests' own.
        var errors: String?
    }

    /// Starts a program found on PATH.
    ///
    /// - Parameter holdsSignals: whether it begins with every signal blocked.
    static func spawn(
        _ arguments: [String], _ streams: Streams = Streams(), holdsSignals: Bool = false
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input = streams.input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        let appending = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(
            &actions, 1, streams.output ?? "/dev/null", appending, 0o600)
        if let errors = streams.errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, appending, 0o600)
        }
        // What the shell that runs the tests left open, such as a lock, must not outlive them.
        for descriptor in Int32(3)..<256 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        return try spawn(arguments, &actions, holdsSignals)
    }

    private static func spawn(
        _ arguments: [String], _ actions: inout posix_spawn_file_actions_t, _ holdsSignals: Bool
    ) throws -> pid_t {
        // The test runner's threads block every signal, and children inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var blocked = sigset_t()
        _ = holdsSignals ? sigfillset(&blocked) : sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let copies = arguments.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        var pid = pid_t()
        let status = posix_spawnp(
            &pid, arguments[0], &actions, &attributes, copies + [nil], environ)
        guard status == 0 else {
            throw TestRedis.Failure(
                description: "\(arguments[0]): \(String(cString: strerror(status)))")
        }
        return pid
    }
}
