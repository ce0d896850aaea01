// The transitions of `ServerLifecycle`: one function per event. An event that means nothing in a
// state changes nothing and asks for nothing.

extension ServerLifecycle {
    /// - Parameter now: monotonic time, from any fixed origin.
    mutating func handle(_ event: Event, now: Duration) -> [Action] {
        switch event {
        case .startRequested: startRequested()
        case .inspected(let finding): inspected(finding)
        case .spawned(let pid): spawned(Server(pid: pid, adopted: false))
        case .spawnFailed(let error): spawnFailed(error)
        case .probed(let pid, let answer): probed(pid, answer, now: now)
        case .exited(let pid, let exit): exited(pid, exit, now: now)
        case .stopRequested: stopRequested()
        case .deadline(let number): deadlinePassed(number)
        }
    }

    private mutating func startRequested() -> [Action] {
        guard state == .idle else { return [] }
        state = .inspecting
        return [.inspect]
    }

    private mutating func inspected(_ finding: Finding) -> [Action] {
        guard state == .inspecting else { return [] }
        switch finding {
        case .none:
            state = .spawning(stopWanted: false)
            return [.spawn]
        case .living(let pid):
            state = .starting(Server(pid: pid, adopted: true))
            return [
                .watch(pid: pid), .probe(pid: pid, after: .zero), nextDeadline(timing.start),
            ]
        case .foreign(let pid):
            return finish(.foreign(pid: pid))
        }
    }

    private mutating func spawned(_ server: Server) -> [Action] {
        guard case .spawning(let stopWanted) = state else { return [] }
        if stopWanted { return stop(server, next: .finish) }
        state = .starting(server)
        return [.probe(pid: server.pid, after: .zero), nextDeadline(timing.start)]
    }

    private mutating func spawnFailed(_ error: EmbeddedRedisError) -> [Action] {
        guard case .spawning(let stopWanted) = state else { return [] }
        return stopWanted ? finish(nil) : startFailed(.spawn(error))
    }

    private mutating func probed(_ pid: Int32, _ answer: Answer, now: Duration) -> [Action] {
        guard case .starting(let server) = state, server.pid == pid else { return [] }
        switch answer {
        case .silent:
            return [.probe(pid: pid, after: Self.silentPause)]
        case .loading:
            return [.probe(pid: pid, after: Self.loadingPause), nextDeadline(timing.start)]
        case .ready:
            state = .running(server, since: now)
            wasReady = true
            return [.announceReady(server)]
        case .unsuitable(let why):
            // One that was left behind is replaced; our own would only come back the same.
            let failure = Failure.unsuitable(pid: pid, why: why)
            return stop(server, next: server.adopted ? .startAgain : .fail(failure))
        }
    }

    private mutating func exited(_ pid: Int32, _ exit: Exit, now: Duration) -> [Action] {
        switch state {
        case .starting(let server) where server.pid == pid:
            guard server.adopted else { return startFailed(.exitedBeforeReady(exit)) }
            // It was on its way out when it was found.
            state = .spawning(stopWanted: false)
            return [.spawn]
        case .running(let server, let since) where server.pid == pid:
            if now - since >= timing.stable { attempt = 0 }
            return [.announceLost(pid: pid, exit)] + backOff()
        case .stopping(let server, let next, _) where server.pid == pid:
            switch next {
            case .finish: return finish(nil)
            case .fail(let failure): return finish(failure)
            case .startAgain:
                state = .spawning(stopWanted: false)
                return [.spawn]
            }
        default:
            return []
        }
    }

    private mutating func stopRequested() -> [Action] {
        switch state {
        case .idle, .inspecting, .backingOff:
            return finish(nil)
        case .spawning:
            state = .spawning(stopWanted: true)
            return []
        case .starting(let server), .running(let server, _):
            return stop(server, next: .finish)
        case .stopping(let server, .startAgain, let killed):
            state = .stopping(server, next: .finish, killed: killed)
            return []
        case .stopping, .finished:
            return []
        }
    }

    private mutating func deadlinePassed(_ number: Int) -> [Action] {
        guard number == deadline else { return [] }
        switch state {
        case .starting(let server):
            let failure = Failure.silent(pid: server.pid)
            return stop(server, next: server.adopted ? .startAgain : .fail(failure))
        case .backingOff:
            state = .spawning(stopWanted: false)
            return [.spawn]
        case .stopping(let server, let next, killed: false):
            state = .stopping(server, next: next, killed: true)
            return [.kill(pid: server.pid), nextDeadline(timing.kill)]
        case .stopping(let server, _, killed: true):
            return finish(.unstoppable(pid: server.pid))
        case .idle, .inspecting, .spawning, .running, .finished:
            return []
        }
    }

    /// The first start is not repeated: what it fails of (a damaged file, a wrong setting) stays.
    private mutating func startFailed(_ failure: Failure) -> [Action] {
        guard wasReady, attempt < timing.failedStarts else { return finish(failure) }
        return backOff()
    }

    private mutating func backOff() -> [Action] {
        state = .backingOff
        attempt += 1
        deadline += 1
        return [.setBackoff(deadline, attempt: attempt)]
    }

    private mutating func stop(_ server: Server, next: Next) -> [Action] {
        state = .stopping(server, next: next, killed: false)
        return [.terminate(pid: server.pid), nextDeadline(timing.stop)]
    }

    private mutating func finish(_ failure: Failure?) -> [Action] {
        state = .finished
        return [.finish(failure)]
    }

    private mutating func nextDeadline(_ after: Duration) -> Action {
        deadline += 1
        return .setDeadline(deadline, after: after)
    }
}
