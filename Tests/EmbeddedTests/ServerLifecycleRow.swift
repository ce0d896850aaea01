// The transitions of `ServerLifecycle` as a table: in this state, this event leads there and asks
// for that. What is not in the table changes nothing.

@testable import RedisClient

struct ServerLifecycleRow {
    typealias Machine = ServerLifecycle

    let state: Machine.State
    let event: Machine.Event
    let next: Machine.State
    let actions: [Machine.Action]

    init(
        _ state: Machine.State, _ event: Machine.Event, _ next: Machine.State,
        _ actions: [Machine.Action]
    ) {
        self.state = state
        self.event = event
        self.next = next
        self.actions = actions
    }

    static let deadline = 4
    static let now = Duration.seconds(100)
    static let child = Machine.Server(pid: 7, adopted: false)
    static let orphan = Machine.Server(pid: 7, adopted: true)
    static let fault = EmbeddedRedisError(.spawnFailed, "no")
    static let why = Machine.Failure.unsuitable(pid: 7, why: "policy")
    static let running = Machine.State.running(child, since: .zero)

    static func stopping(
        _ server: Machine.Server, _ next: Machine.Next, killed: Bool = false
    ) -> Machine.State {
        .stopping(server, next: next, killed: killed)
    }

    static let states: [Machine.State] = [
        .idle, .inspecting, .spawning(stopWanted: false), .spawning(stopWanted: true),
        .starting(child), .starting(orphan), running, .backingOff,
        stopping(child, .finish), stopping(child, .finish, killed: true),
        stopping(orphan, .startAgain), stopping(child, .fail(why)), .finished,
    ]

    static let events: [Machine.Event] = [
        .startRequested, .inspected(.none), .inspected(.living(pid: 7)),
        .inspected(.foreign(pid: 7)), .spawned(pid: 7), .spawnFailed(fault),
        .probed(pid: 7, .silent), .probed(pid: 7, .loading), .probed(pid: 7, .ready),
        .probed(pid: 7, .unsuitable("policy")), .probed(pid: 8, .ready),
        .exited(pid: 7, .code(1)), .exited(pid: 8, .code(1)), .stopRequested,
        .deadline(deadline), .deadline(deadline - 1),
    ]

    static let probeNow = Machine.Action.probe(pid: 7, after: .zero)
    static let startDeadline = Machine.Action.setDeadline(5, after: .seconds(30))
    static let terminate: [Machine.Action] = [
        .terminate(pid: 7), .setDeadline(5, after: .seconds(15)),
    ]

    static let table = beginning + starting(child) + starting(orphan) + middle + ending

    private static let beginning: [ServerLifecycleRow] = [
        .init(.idle, .startRequested, .inspecting, [.inspect]),
        .init(.idle, .stopRequested, .finished, [.finish(nil)]),

        .init(.inspecting, .inspected(.none), .spawning(stopWanted: false), [.spawn]),
        .init(
            .inspecting, .inspected(.living(pid: 7)), .starting(orphan),
            [.watch(pid: 7), probeNow, startDeadline]),
        .init(
            .inspecting, .inspected(.foreign(pid: 7)), .finished,
            [.finish(.foreign(pid: 7))]),
        .init(.inspecting, .stopRequested, .finished, [.finish(nil)]),

        .init(
            .spawning(stopWanted: false), .spawned(pid: 7), .starting(child),
            [probeNow, startDeadline]),
        .init(
            .spawning(stopWanted: false), .spawnFailed(fault), .finished,
            [.finish(.spawn(fault))]),
        .init(
            .spawning(stopWanted: false), .stopRequested, .spawning(stopWanted: true), []),
        .init(
            .spawning(stopWanted: true), .spawned(pid: 7), stopping(child, .finish), terminate),
        .init(.spawning(stopWanted: true), .spawnFailed(fault), .finished, [.finish(nil)]),
    ]

    private static let middle: [ServerLifecycleRow] = [
        .init(
            .starting(child), .probed(pid: 7, .unsuitable("policy")),
            stopping(child, .fail(why)), terminate),
        .init(
            .starting(orphan), .probed(pid: 7, .unsuitable("policy")),
            stopping(orphan, .startAgain), terminate),
        .init(
            .starting(child), .exited(pid: 7, .code(1)), .finished,
            [.finish(.exitedBeforeReady(.code(1)))]),
        .init(
            .starting(orphan), .exited(pid: 7, .code(1)), .spawning(stopWanted: false), [.spawn]),
        .init(
            .starting(child), .deadline(4), stopping(child, .fail(.silent(pid: 7))), terminate),
        .init(.starting(orphan), .deadline(4), stopping(orphan, .startAgain), terminate),

        .init(
            running, .exited(pid: 7, .code(1)), .backingOff,
            [.announceLost(pid: 7, .code(1)), .setBackoff(5, attempt: 1)]),
        .init(running, .stopRequested, stopping(child, .finish), terminate),
        .init(.backingOff, .deadline(4), .spawning(stopWanted: false), [.spawn]),
        .init(.backingOff, .stopRequested, .finished, [.finish(nil)]),
    ]

    private static func starting(_ server: Machine.Server) -> [ServerLifecycleRow] {
        [
            .init(
                .starting(server), .probed(pid: 7, .silent), .starting(server),
                [.probe(pid: 7, after: .milliseconds(10))]),
            .init(
                .starting(server), .probed(pid: 7, .loading), .starting(server),
                [.probe(pid: 7, after: .milliseconds(100)), startDeadline]),
            .init(
                .starting(server), .probed(pid: 7, .ready), .running(server, since: now),
                [.announceReady(server)]),
            .init(.starting(server), .stopRequested, stopping(server, .finish), terminate),
        ]
    }

    private static let kill: [Machine.Action] = [
        .kill(pid: 7), .setDeadline(5, after: .seconds(5)),
    ]

    private static let ending: [ServerLifecycleRow] = [
        .init(
            stopping(child, .finish), .deadline(4), stopping(child, .finish, killed: true), kill),
        .init(
            stopping(orphan, .startAgain), .deadline(4),
            stopping(orphan, .startAgain, killed: true), kill),
        .init(
            stopping(child, .fail(why)), .deadline(4), stopping(child, .fail(why), killed: true),
            kill),
        .init(
            stopping(child, .finish, killed: true), .deadline(4), .finished,
            [.finish(.unstoppable(pid: 7))]),
        .init(stopping(child, .finish), .exited(pid: 7, .code(1)), .finished, [.finish(nil)]),
        .init(
            stopping(child, .finish, killed: true), .exited(pid: 7, .code(1)), .finished,
            [.finish(nil)]),
        .init(
            stopping(orphan, .startAgain), .exited(pid: 7, .code(1)),
            .spawning(stopWanted: false), [.spawn]),
        .init(
            stopping(child, .fail(why)), .exited(pid: 7, .code(1)), .finished, [.finish(why)]),
        .init(
            stopping(orphan, .startAgain), .stopRequested, stopping(orphan, .finish), []),
    ]
}
