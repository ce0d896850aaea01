// Decides what happens to the embedded server. Pure: no process, clock or socket in here; time
// comes in as a parameter, actions go out to `ServerSupervisor`.
//
// A deadline carries a number, and only the last one set is obeyed, so a timer that fires late is
// harmless. An exit or a probe's answer carries the pid that it is about, for the same reason.

struct ServerLifecycle: Sendable {
    /// How long each phase may take.
    struct Timing: Sendable {
        /// A starting server's longest silence.
        var start: Duration = .seconds(30)
        /// From SIGTERM to SIGKILL.
        var stop: Duration = .seconds(15)
        /// From SIGKILL to giving up.
        var kill: Duration = .seconds(5)
        /// A server that lived this long starts its backoff anew.
        var stable: Duration = .seconds(30)
        /// Successive restarts that end before PONG; then the server is given up.
        var failedStarts = 5
    }

    struct Server: Equatable, Sendable {
        let pid: Int32
        /// Left by an earlier daemon: not our child, so no waitpid.
        let adopted: Bool
    }

    /// Why the lifecycle ended, other than by request.
    enum Failure: Equatable, Sendable {
        case spawn(EmbeddedRedisError)
        case exitedBeforeReady(Exit)
        case silent(pid: Int32)
        case unsuitable(pid: Int32, why: String)
        case foreign(pid: Int32)
        case unstoppable(pid: Int32)
    }

    /// What follows when a server that is being stopped has ended.
    enum Next: Equatable, Sendable {
        case finish
        case startAgain
        case fail(Failure)
    }

    enum State: Equatable, Sendable {
        /// Before the start.
        case idle
        /// Looking for a server that an earlier daemon left behind.
        case inspecting
        /// A process was asked for; its pid is not known yet.
        case spawning(stopWanted: Bool)
        /// Alive, has not answered PONG.
        case starting(Server)
        /// Answered PONG at `since`.
        case running(Server, since: Duration)
        /// Died; the next start is due at the deadline.
        case backingOff
        /// Signalled; `next` happens when it is gone.
        case stopping(Server, next: Next, killed: Bool)
        /// The end.
        case finished
    }

    enum Finding: Equatable, Sendable {
        case none
        case living(pid: Int32)
        /// It listens on our socket but works in another directory.
        case foreign(pid: Int32)
    }

    enum Answer: Equatable, Sendable {
        case silent
        case loading
        case ready
        /// It answers, with settings that are not the ones wanted.
        case unsuitable(String)
    }

    enum Exit: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)
        /// Not our child: its status can't be known.
        case unknown
    }

    enum Event: Equatable, Sendable {
        case startRequested
        case inspected(Finding)
        case spawned(pid: Int32)
        case spawnFailed(EmbeddedRedisError)
        case probed(pid: Int32, Answer)
        case exited(pid: Int32, Exit)
        case stopRequested
        case deadline(Int)
    }

    enum Action: Equatable, Sendable {
        case inspect
        case spawn
        /// Poll an adopted process until it is gone.
        case watch(pid: Int32)
        case probe(pid: Int32, after: Duration)
        case announceReady(Server)
        case announceLost(pid: Int32, Exit)
        case terminate(pid: Int32)
        case kill(pid: Int32)
        case setDeadline(Int, after: Duration)
        case setBackoff(Int, attempt: Int)
        case finish(Failure?)
    }

    static let silentPause = Duration.milliseconds(10)
    static let loadingPause = Duration.milliseconds(100)

    let timing: Timing
    var state = State.idle
    /// The number of the deadline that counts.
    var deadline = 0
    /// Deaths and failed starts in a row.
    var attempt = 0
    var wasReady = false

    init(timing: Timing) {
        self.timing = timing
    }
}
