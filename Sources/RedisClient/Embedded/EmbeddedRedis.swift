// The embedded Redis: a redis-server that belongs to this daemon alone.
//
// Made of: `DataDirectory` (a private, locked directory), `ServerConfigurationFile` (the text that
// Redis reads), `ChildProcess` (the process and the thread that it hangs on), `ServerProbe` (a
// question over the socket), `ServerLifecycle` (a pure state machine that decides) and
// `ServerSupervisor` (an actor that carries out what was decided).
//
// What must always hold:
// - at most one redis-server writes into the directory. Two would both start and both acknowledge,
//   so the directory is locked against a second daemon, and a server that an earlier daemon left
//   behind is adopted or seen to end before another is started;
// - a daemon that dies takes its server along (`ChildProcess` says how), and one that survives
//   nevertheless is found again by the record of its pid or by its socket;
// - ready means that this very process answered PONG: connecting works long before that;
// - processes are stopped by pid only, after the pid was shown to be still the same process.
//
// Rejected: swift-subprocess (its threads may end early, which would fire the death signal);
// a PID file written by Redis (it appears too late and says nothing about a reused pid).
public import Logging
import Synchronization

/// A redis-server on a private unix socket, started, watched, restarted and stopped by the daemon.
///
/// One value lives once: after `stop()` it can't be started again.
public final class EmbeddedRedis: Sendable {
    private enum Phase {
        case new
        case started(ServerSupervisor)
        case closed
    }

    private let configuration: Configuration
    private let logger: Logger
    private let phase = Mutex(Phase.new)
    private let started = OneShot<String>()
    private let ended = OneShot<Void>()

    /// Nothing happens before `start()` or `run()`.
    public init(configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Starts or adopts the server and returns when it has answered PONG.
    ///
    /// A second call waits for the same start. Cancelling the task stops the server.
    /// - Returns: the path of the server's unix socket.
    /// - Throws: `EmbeddedRedisError`, with the last lines of the server's log where it has any.
    @discardableResult
    public func start() async throws -> String {
        try begin()
        return try await withTaskCancellationHandler {
            try await started.value()
        } onCancel: {
            requestStop()
        }
    }

    /// Starts the server if need be and supervises it until `stop()` or cancellation.
    /// - Throws: `EmbeddedRedisError` when the server can't be started, or not any more.
    public func run() async throws {
        try await start()
        try await withTaskCancellationHandler {
            try await ended.value()
        } onCancel: {
            requestStop()
        }
    }

    /// Stops the server in order (SIGTERM, then SIGKILL after `stopTimeout`) and returns when its
    /// process is gone. Without a start it does nothing but forbid one.
    public func stop() async {
        requestStop()
        _ = try? await ended.value()
    }

    /// The running server's process id; nil while there is none.
    public var serverProcessID: Int32? {
        get async {
            guard case .started(let supervisor) = phase.withLock({ $0 }) else { return nil }
            return await supervisor.runningPID
        }
    }

    private func requestStop() {
        let supervisor: ServerSupervisor? = phase.withLock { phase in
            guard case .started(let supervisor) = phase else {
                phase = .closed
                return nil
            }
            return supervisor
        }
        if let supervisor {
            supervisor.post(.stopRequested)
        } else {
            started.resolve(.failure(.stopped))
            ended.resolve(.success(()))
        }
    }

    /// Makes the supervisor on the first call; later calls find it there.
    private func begin() throws(EmbeddedRedisError) {
        let supervisor = try phase.withLock { phase throws(EmbeddedRedisError) in
            switch phase {
            case .started: return ServerSupervisor?.none
            case .closed: throw .stopped
            case .new: break
            }
            let supervisor = ServerSupervisor(
                installation: try ServerInstallation(configuration: configuration),
                timing: configuration.timing, logger: logger, started: started, ended: ended)
            phase = .started(supervisor)
            return supervisor
        }
        guard let supervisor else { return }
        // Not a child task: it has to outlive a cancelled `start()` or `run()` until the server
        // is down. It ends with the lifecycle.
        Task { await supervisor.supervise() }
        supervisor.post(.startRequested)
    }
}
