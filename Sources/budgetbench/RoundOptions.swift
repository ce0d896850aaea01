// The options that every measurement in alternating rounds has.

import ArgumentParser

struct RoundOptions: ParsableArguments {
    @Flag(help: "A short run that only shows that everything works.")
    var quick = false

    @Flag(help: "Print JSON in place of the tables.")
    var json = false

    @Option(help: "Rounds, 1 to 100.")
    var rounds: Int?

    @Option(help: "What callers are drawn by.")
    var seed: UInt64 = 1

    func validate() throws {
        if let rounds, !(1...100).contains(rounds) {
            throw ValidationError("--rounds is \(rounds); expected 1 to 100")
        }
    }

    /// How far to go, as asked for.
    func scale<Scale: RoundScale>() -> Scale {
        var scale = quick ? Scale.quick : Scale()
        scale.rounds = rounds ?? scale.rounds
        scale.seed = seed
        return scale
    }
}

/// How far a measurement in rounds goes.
protocol RoundScale: Codable {
    /// The whole measurement.
    init()
    /// Too little to judge by, enough to see that everything works.
    static var quick: Self { get }
    var rounds: Int { get set }
    var seed: UInt64 { get set }
}
