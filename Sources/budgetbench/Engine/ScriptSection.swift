// The script against what one would write at home, each on a Redis of its own: single calls, and
// batches of 16 whose calls share more or less.

final class ScriptSection {
    private let scale: EngineScale
    private let homeServer: RedisServer
    private let ourServer: RedisServer
    private let homeFirst: PreparedCommands
    private let ourFirst: PreparedCommands
    private let home: [PreparedCommands]
    private let ours: [PreparedCommands]
    private let batches: [(EngineCase, PreparedCommands)]

    init(_ scale: EngineScale, _ planner: CallPlanner, _ workplace: Workplace) throws {
        self.scale = scale
        homeServer = try RedisServer(in: try workplace.directory("home"))
        ourServer = try RedisServer(in: try workplace.directory("ours"))
        var population = Population(users: scale.runs, runs: scale.runs, seed: scale.seed)
        let first = population.firstCalls()
        let calls = [population.calls(scale.calls), population.calls(scale.calls)]
        homeFirst = .homeMade(first)
        ourFirst = .reserve(first, planner)
        home = calls.map { .homeMade($0) }
        ours = calls.map { .reserve($0, planner) }
        let sharing: [(EngineCase, Int)] = [
            (.batchOfOneRun, 1), (.batchOfFourRuns, 4), (.batchOfSixteenRuns, 16),
        ]
        batches = sharing.map { name, runs in
            let batches = (0..<scale.calls / 16).map { _ in population.batch(16, runs: runs) }
            return (name, .batches(batches, of: 16, planner))
        }
        try homeServer.load(HomeMadeScript.script)
        try ourServer.load(PreparedCommands.script(of: first[0], planner))
    }

    /// Measures all of it once, the two in turn.
    func round(_ take: (EngineCase, Sample) -> Void) throws {
        try homeServer.clear()
        try ourServer.clear()
        let home = try Measurement(
            homeServer.socketPath, connections: scale.connections, redis: homeServer)
        let ours = try Measurement(
            ourServer.socketPath, connections: scale.connections, redis: ourServer)
        try home.prepare(homeFirst, expecting: .one)
        try ours.prepare(ourFirst, expecting: .stepAnswers)
        take(.homeMadeSingle, try home.sample(self.home[0], depth: 1, expecting: .one))
        take(.reserveSingle, try ours.sample(self.ours[0], depth: 1, expecting: .stepAnswers))
        take(.homeMadePipelined, try home.sample(self.home[1], depth: 16, expecting: .one))
        take(.reservePipelined, try ours.sample(self.ours[1], depth: 16, expecting: .stepAnswers))
        for (name, commands) in batches {
            take(name, try ours.sample(commands, depth: 1, expecting: .stepAnswers))
        }
    }
}
