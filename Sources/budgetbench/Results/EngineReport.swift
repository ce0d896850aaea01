// What a run of `engine` has found: the JSON as it is printed, and what the table is made of.

struct EngineReport: Codable {
    struct Case: Codable {
        let name: String
        let title: String
        let decisionsPerSecond: Spread
        let redisMicros: Spread
        let daemonMicros: Spread?
        let p50Micros: Spread
        let p99Micros: Spread
    }

    let benchmark: String
    let scale: EngineScale
    let cases: [Case]
    let ratios: [Ratio]

    init(_ scale: EngineScale, _ samples: [EngineCase: [Sample]]) {
        benchmark = "engine"
        self.scale = scale
        cases = EngineCase.allCases.compactMap { name in
            guard let found = samples[name], let first = found.first else { return nil }
            return Case(
                name: name.rawValue, title: name.title,
                decisionsPerSecond: Spread(found.map(\.decisionsPerSecond)),
                redisMicros: Spread(found.map(\.redisMicros)),
                daemonMicros: first.daemonMicros == nil
                    ? nil : Spread(found.compactMap(\.daemonMicros)),
                p50Micros: Spread(found.map(\.p50Micros)),
                p99Micros: Spread(found.map(\.p99Micros)))
        }
        ratios = EngineRatio.all.map { ratio in
            Ratio(
                name: ratio.name, title: ratio.title,
                values: zip(samples[ratio.part] ?? [], samples[ratio.whole] ?? [])
                    .map { ratio.value($0, $1) },
                goal: ratio.goal.map { .atMost($0) })
        }
    }
}
