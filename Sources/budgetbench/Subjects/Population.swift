// Who there is to spend, and calls drawn from among them.

/// Users of tenants, and runs with a session each. Calls are numbered in the order in which they
/// are made.
struct Population {
    /// Tasks of one run.
    static let tasks = 20

    let users: Int
    let runs: Int
    private let tenants: [String]
    private let distribution: ZipfDistribution
    private var generator: SeededGenerator
    private var ordinal: Int

    /// - Parameters:
    ///   - zipf: how unevenly runs call; 0 is evenly.
    ///   - firstOrdinal: of the first call; others of the same books begin elsewhere.
    init(
        tenants: [String] = [AgentCall.tenant], users: Int, runs: Int, zipf: Double = 0,
        seed: UInt64, firstOrdinal: Int = 0
    ) {
        ordinal = firstOrdinal
        self.tenants = tenants
        self.users = users
        self.runs = runs
        distribution = ZipfDistribution(count: runs, exponent: zipf)
        generator = SeededGenerator(seed: seed)
    }

    /// One call of each run, by which all counters that later calls meet come to be.
    mutating func firstCalls() -> [AgentCall] { firstCalls(of: 0..<runs) }

    /// The same of some of the runs.
    mutating func firstCalls(of runs: Range<Int>) -> [AgentCall] {
        runs.map { call(run: $0) }
    }

    /// Calls as they are drawn.
    mutating func calls(_ count: Int) -> [AgentCall] {
        (0..<count).map { _ in next() }
    }

    /// One call.
    mutating func next() -> AgentCall { call(run: distribution.draw(using: &generator)) }

    /// Calls of as many users and runs who are none of the others.
    mutating func callsOfStrangers(_ count: Int) -> [AgentCall] {
        (0..<count).map { call(run: runs + users + $0, user: runs + users + $0) }
    }

    /// Calls of one run and user who are none of the others.
    mutating func callsOfStranger(_ number: Int, count: Int) -> [AgentCall] {
        let run = runs + users + number
        return (0..<count).map { _ in call(run: run, user: run) }
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

    /// A run belongs to one user; where there are more users than runs, whoever is drawn calls.
    private mutating func call(run: Int) -> AgentCall {
        call(
            run: run,
            user: users <= runs ? run % users : .random(in: 0..<users, using: &generator))
    }

    private mutating func call(run: Int, user: Int) -> AgentCall {
        ordinal += 1
        return AgentCall(
            tenant: tenants[user % tenants.count], userNumber: user, runNumber: run,
            taskNumber: .random(in: 0..<Self.tasks, using: &generator), ordinal: ordinal)
    }
}
