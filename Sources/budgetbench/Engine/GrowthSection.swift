// Whether a decision gets dearer with the number of users who have spent today: the same load on
// two Redis servers that hold few and many of them, drawn from all of them.

import RedisClient

final class GrowthSection {
    /// One of the two servers.
    private struct Side {
        let name: EngineCase
        let server: RedisServer
        var population: Population
    }

    /// Users whose counters are prepared at a time.
    private static let portion = 20_000

    private let scale: EngineScale
    private let planner: CallPlanner
    private var sides: [Side] = []

    init(
        _ scale: EngineScale, _ planner: CallPlanner, _ workplace: Workplace, _ progress: Progress
    ) throws {
        self.scale = scale
        self.planner = planner
        for (name, users) in [
            (EngineCase.fewUsers, scale.fewUsers), (.manyUsers, scale.manyUsers),
        ] {
            let server = try RedisServer(in: try workplace.directory(name.rawValue))
            var side = Side(
                name: name, server: server,
                population: Population(users: users, runs: scale.runs, seed: scale.seed))
            let first = side.population.firstCalls()
            try server.load(PreparedCommands.script(of: first[0], planner))
            let measurement = try Measurement(
                server.socketPath, connections: scale.connections, redis: server)
            for start in stride(from: 0, to: users, by: Self.portion) {
                progress.tell("growth: \(start) of \(users) users")
                let portion = start..<min(start + Self.portion, users)
                try measurement.prepare(
                    .countersOfUsers(portion, planner), expecting: .anything)
            }
            try measurement.prepare(.reserve(first, planner), expecting: .stepAnswers)
            sides.append(side)
        }
    }

    /// Measures both once.
    func round(_ take: (EngineCase, Sample) -> Void) throws {
        for index in sides.indices {
            let calls = sides[index].population.calls(scale.calls)
            let commands = PreparedCommands.reserve(calls, planner)
            let server = sides[index].server
            let measurement = try Measurement(
                server.socketPath, connections: scale.connections, redis: server)
            take(
                sides[index].name,
                try measurement.sample(commands, depth: 16, expecting: .stepAnswers))
        }
    }
}
