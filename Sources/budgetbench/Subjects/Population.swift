// Who there is to spend, and calls drawn from among them.

/// Users, and runs with a session each. Calls are numbered in the order in which they are made.
struct Population {
    /// Tasks of one run.
    static let tasks = 20

    let users: Int
    let runs: Int
    private var generator: SeededGenerator
    private var ordinal = 0

    init(users: Int, runs: Int, seed: UInt64) {
        self.users = users
        self.runs = runs
        generator = SeededGenerator(seed: seed)
    }

    /// One call of each run, by which all counters that later calls meet come to be.
    mutating func firstCalls() -> [AgentCall] {
        (0..<runs).map { call(run: $0) }
    }

    /// Calls drawn evenly.
    mutating func calls(_ count: Int) -> [AgentCall] {
        (0..<count).map { _ in call(run: .random(in: 0..<runs, using: &generator)) }
    }

    /// A batch of calls in which so many runs share the calls evenly, and lie among each other.
    mutating func batch(_ count: Int, runs distinct: Int) -> [AgentCall] {
        var drawn: [Int] = []
        while drawn.count < distinct {
            let run = Int.random(in: 0..<runs, using: &generator)
            if !drawn.contains(run) { drawn.append(run) }
        }
        return (0..<count).map { call(run: drawn[$0 % distinct]) }
    }

    /// A run belongs to one user where there are as many of both; else whoever is drawn calls.
    private mutating func call(run: Int) -> AgentCall {
        ordinal += 1
        let user = users == runs ? run : Int.random(in: 0..<users, using: &generator)
        return AgentCall(
            userNumber: user, runNumber: run,
            taskNumber: .random(in: 0..<Self.tasks, using: &generator), ordinal: ordinal)
    }
}
