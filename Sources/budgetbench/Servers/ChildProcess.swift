// A program that ends with the benchmark, however that ends: setpriv has the kernel kill it when
// the thread that started it is gone, so children are started on the main thread only.

import Glibc

final class ChildProcess {
    let pid: pid_t
    /// How it ended, as waitpid tells it.
    private var ending: Int32?

    /// Starts a program. Its output goes to a file.
    init(_ arguments: [String], output: String) throws {
        let command = ["setpriv", "--pdeathsig", "KILL", "--"] + arguments
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Whatever signals are blocked or ignored here are not for a server to inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let copies = command.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        var child = pid_t()
        let status = posix_spawnp(
            &child, command[0], &actions, &attributes, copies + [nil], environ)
        guard status == 0 else {
            throw BenchError("\(command[0]): \(String(cString: strerror(status)))")
        }
        pid = child
    }

    deinit {
        stop()
    }

    var isRunning: Bool {
        var status: Int32 = 0
        if ending == nil, waitpid(pid, &status, WNOHANG) == pid { ending = status }
        return ending == nil
    }

    /// Waits for its end.
    ///
    /// - Returns: whether it ended within that time, and well.
    func endsWell(within seconds: Int) -> Bool {
        for _ in 0..<(seconds * 1000) where isRunning { usleep(1000) }
        return ending == 0
    }

    /// SIGTERM, and SIGKILL for who does not go within five seconds.
    func stop() {
        guard isRunning else { return }
        kill(pid, SIGTERM)
        for _ in 0..<500 {
            usleep(10_000)
            guard isRunning else { return }
        }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        ending = status
    }
}
