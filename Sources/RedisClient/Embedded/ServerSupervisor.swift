// Carries out what `ServerLifecycle` decides: processes, timers, probes, log lines. It decides
// nothing itself. Events come from the child's thread, from timers and from the outside; one loop
// takes them in order.
import Glibc
import Logging
import Synchronization

actor ServerSupervisor {
    let installation: ServerInstallation
    let logger: Logger
    let started: OneShot<String>
    let ended: OneShot<Void>
    private var lifecycle: ServerLifecycle
    private let events: AsyncStream<ServerLifecycle.Event>
    private let sink: AsyncStream<ServerLifecycle.Event>.Continuation
    let clock = ContinuousClock()
    private let backoff = RestartBackoff()
    var log: ServerLog
    /// Set on the child's thread, before its events are posted.
    let child = Mutex<ChildProcess?>(nil)
    var adopted: ProcessIdentity?
    private var timer: Task<Void, Never>?
    var watcher: Task<Void, Never>?

    init(
        installation: ServerInstallation, timing: ServerLifecycle.Timing, logger: Logger,
        started: OneShot<String>, ended: OneShot<Void>
    ) {
        self.installation = installation
        self.logger = logger
        self.started = started
        self.ended = ended
        lifecycle = ServerLifecycle(timing: timing)
        log = ServerLog(path: installation.directory.log)
        (events, sink) = AsyncStream.makeStream()
    }

    nonisolated func post(_ event: ServerLifecycle.Event) {
        sink.yield(event)
    }

    var runningPID: Int32? {
        if case .running(let server, _) = lifecycle.state { server.pid } else { nil }
    }

    /// Returns when the lifecycle has ended.
    func supervise() async {
        let origin = clock.now
        for await event in events {
            for action in lifecycle.handle(event, now: origin.duration(to: clock.now)) {
                perform(action)
            }
            if lifecycle.state == .finished { break }
        }
    }

    private func perform(_ action: ServerLifecycle.Action) {
        switch action {
        case .inspect: inspect()
        case .spawn: spawn()
        case .watch(let pid): watch(pid)
        case .probe(let pid, let pause): probe(pid, after: pause)
        case .announceReady(let server):
            logger.info(
                "embedded redis is ready",
                metadata: ["pid": "\(server.pid)", "adopted": "\(server.adopted)"])
            started.resolve(.success(installation.directory.socket))
        case .announceLost(let pid, let exit):
            logger.error(
                "embedded redis died; it is started again",
                metadata: [
                    "pid": "\(pid)", "exit": "\(exit.words)", "log": "\(oneLine(log.tail()))",
                ])
        case .terminate: signal(SIGTERM)
        case .kill(let pid):
            logger.warning("embedded redis did not stop in time", metadata: ["pid": "\(pid)"])
            signal(SIGKILL)
        case .setDeadline(let number, let pause): setTimer(number, after: pause)
        case .setBackoff(let number, let attempt):
            let chance = Double.random(in: 0...1)
            setTimer(number, after: backoff.delay(attempt: attempt, chance: chance))
        case .finish(let failure): finish(failure)
        }
    }

    func cancelTimers() {
        timer?.cancel()
        watcher?.cancel()
    }

    private func setTimer(_ number: Int, after pause: Duration) {
        timer?.cancel()
        timer = Task {
            if (try? await Task.sleep(for: pause)) != nil { post(.deadline(number)) }
        }
    }
}
