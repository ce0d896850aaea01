// The state machine of the embedded server, over every pair of state and event: the rows of
// `ServerLifecycleRow.table` happen as written, and every other pair changes nothing.
import Testing

@testable import RedisClient

@Suite struct ServerLifecycleTests {
    typealias Row = ServerLifecycleRow

    @Test func everyPairOfStateAndEvent() {
        for state in Row.states {
            for event in Row.events {
                let row = Row.table.first { $0.state == state && $0.event == event }
                var machine = ServerLifecycle(timing: .init())
                machine.state = state
                machine.deadline = Row.deadline
                let actions = machine.handle(event, now: Row.now)
                #expect(machine.state == row?.next ?? state, "\(state) + \(event)")
                #expect(actions == row?.actions ?? [], "\(state) + \(event)")
            }
        }
    }

    @Test func everyRowIsAmongThePairs() {
        for row in Row.table {
            #expect(Row.states.contains(row.state) && Row.events.contains(row.event), "\(row)")
        }
    }

    @Test func deathsInARowWaitLongerAndLongLifeForgives() {
        var machine = runningMachine(pid: 1, at: .zero)
        #expect(die(&machine, pid: 1, at: .seconds(1)) == 1)
        restart(&machine, pid: 2, at: .seconds(2))
        #expect(die(&machine, pid: 2, at: .seconds(3)) == 2)
        restart(&machine, pid: 3, at: .seconds(4))
        #expect(die(&machine, pid: 3, at: .seconds(34)) == 1)
    }

    @Test func restartsThatEndBeforePongAreGivenUp() {
        var machine = runningMachine(pid: 1, at: .zero)
        _ = die(&machine, pid: 1, at: .seconds(1))
        var last: [ServerLifecycle.Action] = []
        for pid in Int32(2)...6 {
            _ = machine.handle(.deadline(machine.deadline), now: .seconds(2))
            _ = machine.handle(.spawned(pid: pid), now: .seconds(2))
            last = machine.handle(.exited(pid: pid, .code(1)), now: .seconds(2))
        }
        #expect(last == [.finish(.exitedBeforeReady(.code(1)))])
        #expect(machine.state == .finished)
    }

    @Test func aStopThatTakesTooLongKillsAndThenGivesUp() {
        var machine = runningMachine(pid: 1, at: .zero)
        let stop = machine.handle(.stopRequested, now: .seconds(1))
        #expect(stop.first == .terminate(pid: 1))
        let kill = machine.handle(.deadline(machine.deadline), now: .seconds(20))
        #expect(kill.first == .kill(pid: 1))
        let end = machine.handle(.deadline(machine.deadline), now: .seconds(30))
        #expect(end == [.finish(.unstoppable(pid: 1))])
    }

    @Test func backoffDoublesIsJitteredAndBounded() {
        let backoff = RestartBackoff()
        #expect(backoff.delay(attempt: 1, chance: 1) == .milliseconds(50))
        #expect(backoff.delay(attempt: 1, chance: 0) == .milliseconds(25))
        #expect(backoff.delay(attempt: 3, chance: 1) == .milliseconds(200))
        #expect(backoff.delay(attempt: 1000, chance: 1) == .seconds(5))
    }

    private func runningMachine(pid: Int32, at now: Duration) -> ServerLifecycle {
        var machine = ServerLifecycle(timing: .init())
        _ = machine.handle(.startRequested, now: now)
        _ = machine.handle(.inspected(.none), now: now)
        _ = machine.handle(.spawned(pid: pid), now: now)
        let actions = machine.handle(.probed(pid: pid, .ready), now: now)
        #expect(actions == [.announceReady(.init(pid: pid, adopted: false))])
        return machine
    }

    private func restart(_ machine: inout ServerLifecycle, pid: Int32, at now: Duration) {
        #expect(machine.handle(.deadline(machine.deadline), now: now) == [.spawn])
        _ = machine.handle(.spawned(pid: pid), now: now)
        _ = machine.handle(.probed(pid: pid, .ready), now: now)
    }

    /// - Returns: the number of the attempt that is waited for.
    private func die(_ machine: inout ServerLifecycle, pid: Int32, at now: Duration) -> Int? {
        for case .setBackoff(_, let attempt) in machine.handle(
            .exited(pid: pid, .signal(9)), now: now)
        {
            return attempt
        }
        return nil
    }
}
