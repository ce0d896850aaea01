// `budgetbench scale`: what a decision costs, and what is kept, as users and connections grow.

import ArgumentParser

struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Measures cost and memory as users, runs, ledger and connections grow.",
        discussion: """
            Starts a budgetd and a redis-server for each size, up to a million users; takes about \
            four minutes and 4 GB of memory. Redis keeps nothing on disk, and of the journal \
            nothing while users are compared: what grows are their counters, reservations and \
            runs' ledgers. Ten thousand connections need as many open files (ulimit -Hn).
            """)

    @OptionGroup var options: RoundOptions

    func run() throws {
        let scale: ScaleScale = options.scale()
        try BenchError.told {
            let report = try measure(scale)
            print(options.json ? try JSONText.text(report) : report.text)
        }
    }

    private func measure(_ scale: ScaleScale) throws -> ScaleReport {
        try OpenFiles.allow(connections: scale.connections.max() ?? 0)
        let workplace = try Workplace()
        let progress = Progress()
        defer { progress.end() }
        let idle = try scale.connections.map { try Self.idle($0, workplace, progress) }
        var houses: [ScaleHouse] = []
        defer { for house in houses { house.stop() } }
        for users in scale.users {
            houses.append(
                try ScaleHouse(workplace, users: users, scale, progress))
        }
        let memory = try houses.map { (try $0.redis.memory, try $0.daemon.residentMemory) }
        var evenly: [[Sample]] = houses.map { _ in [] }
        var zipf = evenly
        for round in 1...scale.rounds {
            for (index, house) in houses.enumerated() {
                progress.tell("round \(round) of \(scale.rounds): \(house.users) users")
                evenly[index].append(try house.sample(isEven: true))
                zipf[index].append(try house.sample(isEven: false))
            }
        }
        progress.tell("bytes of a call")
        let bytes = try houses[0].bytes(progress)
        let rankings = try houses[0].rankings()
        let sizes = houses.indices.map { index in
            ScaleReport.Size(
                users: houses[index].users, redisBytes: memory[index].0,
                daemonBytes: memory[index].1, evenly: .init(evenly[index]), zipf: .init(zipf[index])
            )
        }
        return ScaleReport(
            benchmark: "scale", scale: scale, sizes: sizes, bytes: bytes, rankings: rankings,
            idle: idle,
            ratios: Self.ratios(scale, evenly, zipf, idle))
    }

    /// A daemon of its own for each, since memory that was used once is not given back.
    private static func idle(
        _ connections: Int, _ workplace: Workplace, _ progress: Progress
    ) throws -> ScaleReport.Idle {
        progress.tell("\(connections) connections")
        let redis = try RedisServer(in: try workplace.directory("idle-redis"))
        defer { redis.stop() }
        let daemon = try DaemonServer(in: try workplace.directory("idle"), redis: redis)
        defer { daemon.stop() }
        let clients = try (0..<connections).map { _ in
            try IdleConnection(path: daemon.socketPath)
        }
        return try withExtendedLifetime(clients) {
            .init(connections: connections, daemonBytes: try daemon.residentMemory)
        }
    }

    private static func ratios(
        _ scale: ScaleScale, _ evenly: [[Sample]], _ zipf: [[Sample]], _ idle: [ScaleReport.Idle]
    ) -> [Ratio] {
        func growth(_ samples: [[Sample]]) -> [Double] {
            zip(samples[samples.count - 1], samples[0]).map { $0.serverMicros / $1.serverMicros }
        }
        let few = "\(scale.users[0])"
        let many = "\(scale.users[scale.users.count - 1])"
        let most = idle[idle.count - 1]
        return [
            Ratio(
                name: "growth_evenly", title: "CPU of a decision, \(many) / \(few) users, evenly",
                values: growth(evenly), goal: .atMost(1.15)),
            Ratio(
                name: "growth_zipf", title: "the same, Zipf 1", values: growth(zipf),
                goal: .atMost(1.15)),
            Ratio(
                name: "idle_megabytes", title: "budgetd's MB at \(most.connections) connections",
                values: [most.daemonBytes / 1e6], goal: .atMost(150)),
        ]
    }
}
