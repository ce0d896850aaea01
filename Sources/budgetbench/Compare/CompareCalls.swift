// The calls of a comparison, in the form in which each peer is asked. They are the same calls, but
// for the tenant: budgetd's script on the daemon's Redis keeps books of its own.

import RedisClient

final class CompareCalls {
    /// What is asked of one peer in a round.
    private struct Part {
        let first: PreparedCommands
        let loads: [CompareLoad: PreparedCommands]
        let python: PreparedCommands
        /// For the contest over one cap; then the same for Python.
        let contests: [PreparedCommands]
    }

    let script: RedisScript
    /// As many as LiteLLM's proxy answers in a few seconds.
    let proxy: PreparedCommands
    /// What is allowed through the daemon, but for the contests.
    private(set) var books = Books()
    /// The users of the two contests.
    let strangers: [AgentCall]
    private var parts: [Peer: Part] = [:]

    init(_ scale: CompareScale) {
        let planner = CallPlanner(now: CallPlanner.now)
        let cap = scale.cap
        let tight = CallPlanner(now: CallPlanner.now, userCap: cap)
        func part(
            _ tenant: String, _ prepared: ([AgentCall], _ isContest: Bool) -> PreparedCommands
        ) -> (Part, [[AgentCall]]) {
            var population = Population(
                tenants: [tenant], users: scale.runs, runs: scale.runs, seed: scale.seed)
            let first = population.firstCalls()
            let loads = CompareLoad.allCases.map { load in
                (load, population.calls(load == .one ? scale.callsOfOne : scale.calls))
            }
            let python = population.calls(scale.pythonCalls)
            let contests = (0..<2).map {
                population.callsOfStranger($0, count: scale.workers * scale.attempts)
            }
            let part = Part(
                first: prepared(first, false),
                loads: Dictionary(
                    uniqueKeysWithValues: loads.map { ($0, prepared($1, false)) }),

                python: prepared(python, false), contests: contests.map { prepared($0, true) })
            return (part, [first] + loads.map(\.1) + [python] + contests)
        }
        let (budgetd, calls) = part("acme") { calls, _ in .requests(calls) }
        let (direct, own) = part("acme-direct") { .reserve($0, $1 ? tight : planner) }
        let (home, _) = part("acme") {
            .homeMade($0, userCap: $1 ? cap : BenchPolicy.userTokens.cap)
        }
        parts = [.budgetd: budgetd, .direct: direct, .homeMade: home]
        script = PreparedCommands.script(of: own[0][0], planner)
        proxy = .requests(calls[0].prefix(scale.proxyCalls).map { $0 })
        strangers = calls.suffix(2).map { $0[0] }
        for calls in calls.dropLast(2) { books.enter(calls) }
    }

    func first(_ peer: Peer) -> PreparedCommands { part(peer).first }

    func load(_ found: CompareCase) -> PreparedCommands {
        guard let commands = part(found.peer).loads[found.load] else {
            preconditionFailure("nothing is prepared for this load")
        }
        return commands
    }

    func contest(_ peer: Peer) -> PreparedCommands { part(peer).contests[0] }

    /// What a Python program reads: the measured calls, or those of the contest.
    func python(_ peer: Peer, isContest: Bool) -> PreparedCommands {
        isContest ? part(peer).contests[1] : part(peer).python
    }

    private func part(_ peer: Peer) -> Part {
        let form: Peer =
            switch peer {
            case .direct, .redisPyDirect: .direct
            case .homeMade, .redisPyLua: .homeMade
            case .budgetd, .redisPyBudgetd, .redisPyIncrby, .limits, .liteLLM: .budgetd
            }
        guard let part = parts[form] else { preconditionFailure("all forms are prepared") }
        return part
    }
}

extension CompareScale {
    /// The tokens of a user for whom there is a contest.
    var cap: Int64 { Int64(room) * AgentCall.tokens }

    /// Calls that one worker of a contest tries to make.
    var attempts: Int { 2 + 4 * room / workers }
}
