// One round: each peer measured once under each load, then the contest over one cap.

final class CompareRound {
    private let stage: CompareStage
    private let calls: CompareCalls
    private let scale: CompareScale
    private let python: PythonProgram
    private let take: (CompareCase, Sample) -> Void
    private let overspend: (Peer, Int) -> Void

    /// - Parameters:
    ///   - take: is given what was measured.
    ///   - overspend: is told how many calls were let through for which the cap had no room.
    init(
        _ stage: CompareStage, _ calls: CompareCalls, _ scale: CompareScale,
        _ python: PythonProgram,
        take: @escaping (CompareCase, Sample) -> Void, overspend: @escaping (Peer, Int) -> Void
    ) {
        self.stage = stage
        self.calls = calls
        self.scale = scale
        self.python = python
        self.take = take
        self.overspend = overspend
    }

    /// - Parameter isReversed: whether the last is measured first, so that nobody is always after
    ///   the same one.
    func play(isReversed: Bool) throws {
        let natives = isReversed ? CompareCase.natives.reversed() : CompareCase.natives
        for found in natives {
            let measurement = try stage.measurement(
                found.peer, connections: found.load.connections(scale))
            take(
                found,
                try measurement.sample(
                    calls.load(found), depth: found.load.depth(scale), expecting: found.peer.reply))
        }
        for peer in isReversed ? Peer.pythons.reversed() : Peer.pythons {
            let commands = calls.python(peer, isContest: false)
            take(.python(peer), try python.measure(peer, commands, stage.place(peer)))
        }
        try calls.books.balance(against: stage.daemon, runs: scale.runs / 100)
        try narrowCaps()
        for peer in Peer.natives {
            let client = try LoadClient(path: stage.path(peer), connections: scale.workers)
            let load = try client.run(
                calls.contest(peer), depth: 1, expecting: peer.reply, mayDeny: true)
            overspend(peer, load.allowed - scale.room)
        }
        for peer in Peer.pythons {
            let commands = calls.python(peer, isContest: true)
            overspend(
                peer, try python.contest(peer, commands, stage.place(peer), scale) - scale.room)
        }
    }

    /// The contests' caps, through the daemon; the others carry them in their calls.
    private func narrowCaps() throws {
        let client = try BlockingClient(path: stage.daemon.socketPath)
        for (index, stranger) in calls.strangers.enumerated() {
            try client.command(
                "LIMIT", "SET", "limit", BenchPolicy.userTokens.name, "tenant", stranger.tenant,
                "user", stranger.user, "cap", "\(scale.cap)", "reason", "contest",
                "idempotency_key", "contest-\(index)")
        }
    }
}
