// A real redis-server for tests: a process, a unix socket and a directory of its own, all gone
// afterwards. It is asked over a socket of its own, never through the code under test.

import Glibc
public import RESP

/// A redis-server that belongs to one test. Thread-safe as long as one test uses it at a time.
public final class TestRedis {
    /// What went wrong with the process.
    public struct Failure: Error, CustomStringConvertible {
        /// What was tried, and how it failed.
        public let description: String
    }

    /// The directory of its data, its log and its socket.
    public let directory: String
    /// The unix socket's path.
    public var socketPath: String { directory + "/redis.sock" }
    /// The process, or nil while there is none.
    public private(set) var pid: Int32?

    private let settings: [String]
    private let starter: [String]
    private var watchdog: Watchdog?

    /// Starts a redis-server and waits for its PONG.
    ///
    /// - Parameter settings: more settings, e.g. `["appendonly": "yes"]`; they win over the
    ///   default, which keeps nothing on disk.
    /// - Parameter starter: a command that becomes the server, whose own words follow it.
    /// - Throws: `Failure` if it doesn't answer within ten seconds.
    public init(_ settings: [String: String] = [:], starter: [String] = []) throws {
        self.starter = starter
        var template = Array((TestDirectory.place + "/budgetd-redis-XXXXXX").utf8CString)
        guard let path = mkdtemp(&template) else { throw Failure(description: "mkdtemp") }
        directory = String(cString: path)
        let all = ["appendonly": "no", "save": "", "busy-reply-threshold": "200"]
            .merging(settings) { $1 }
        self.settings = all.flatMap { ["--\($0.key)", $0.value] }
        try start()
    }

    /// Not by SIGTERM, which one that is busy with a script never obeys.
    deinit {
        end(by: SIGKILL)
        removeDirectory()
    }

    /// Starts the process again, after `kill` or `stop`, and waits for its PONG.
    ///
    /// - Parameter extra: arguments for this run only.
    public func start(_ extra: [String] = []) throws {
        precondition(pid == nil, "it runs already")
        unlink(socketPath)
        let arguments =
            starter + [
                "redis-server", "--port", "0", "--unixsocket", socketPath, "--dir", directory,
                "--logfile", directory + "/redis.log", "--daemonize", "no",
            ] + settings + extra
        let child = try ChildProcess.spawn(arguments)
        pid = child
        watchdog = try? Watchdog(over: child, directory: directory)
        for _ in 0..<5000 {
            if let reply = try? command("PING"),
                reply == .simple("PONG") || reply.errorCode == "NOAUTH"
            {
                return
            }
            usleep(2000)
        }
        stop()
        throw Failure(description: "no PONG from redis-server in \(directory)")
    }

    /// kill -9, and waits for its end.
    public func kill() { end(by: SIGKILL) }

    /// SIGTERM, and waits for its end.
    public func stop() { end(by: SIGTERM) }

    /// SIGSTOP: it takes connections and bytes, and answers nothing.
    public func pause() { send(SIGSTOP) }

    /// SIGCONT: it goes on.
    public func resume() { send(SIGCONT) }

    /// FLUSHALL and SCRIPT FLUSH.
    public func flush() throws {
        _ = try command("FLUSHALL")
        _ = try command("SCRIPT", "FLUSH")
    }

    /// Asks it over a fresh blocking connection; errors of Redis come as values.
    @discardableResult
    public func command(_ arguments: String...) throws -> RESPValue { try command(arguments) }

    /// The same with words that are made up.
    @discardableResult
    public func command(_ arguments: [String]) throws -> RESPValue {
        try BlockingConnection(unixPath: socketPath).command(arguments)
    }

    private func end(by signal: Int32) {
        guard let child = pid else { return }
        watchdog?.dismiss()
        watchdog = nil
        send(SIGCONT)
        send(signal)
        waitpid(child, nil, 0)
        pid = nil
    }

    private func send(_ signal: Int32) {
        guard let pid else { return }
        Glibc.kill(pid, signal)
    }

    private func removeDirectory() {
        guard let rm = try? ChildProcess.spawn(["rm", "-rf", directory]) else { return }
        waitpid(rm, nil, 0)
    }
}
