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
    private var ordinal = 0

    /// - Parameter zipf: how unevenly runs call; 0 is evenly.
    init(
        tenants: [String] = [AgentCall.tenant], users: Int, runs: Int, zipf: Double = 0,
        seed: UInt64
    ) {
        self.tenants = tenants
        self.users = users
        self.runs = runs
        distribution = ZipfDistribution(count: runs, exponent: zipf)
        generator = SeededGenerator(seed: seed)
    }

    /// One call of each run, by which all counters that later calls meet come to be.
    mutating func firstCalls() -> [AgentCall] {
        (0..<runs).map { call(run: $0) }
    }

    /// Calls as they are drawn.
    mutating func calls(_ count: Int) -> [AgentCall] {
        (0..<count).map { _ in next() }
    }

    /// One call.
    mutating func next() -> AgentCall { call(run: distribution.draw(using: &generator)) }

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
        ordinal += 1
        let user = users <= runs ? run % users : Int.random(in: 0..<users, using: &generator)
        return AgentCall(
            tenant: tenants[user % tenants.count], userNumber: user, runNumber: run,
            taskNumber: .random(in: 0..<Self.tasks, using: &generator), ordinal: ordinal)
    }
}
