// The Python programs of the comparison: started one after the other, each says in a line of JSON
// what it measured. What it sends is written by this program, to the byte.

import Foundation

final class PythonProgram {
    /// How long one may take.
    private static let patience = 120

    /// What a program is told, as JSON.
    private struct Order: Codable {
        let peer: Peer
        let address: String
        let key: String?
        let commands: String
        /// 1 for a measurement, more for a contest.
        let workers: Int
        let cap: Int64
        /// The processes whose CPU it looks at.
        let processes: [Int32]
    }

    /// What it says.
    private struct Answer: Codable {
        let allowed: Int
        let seconds: Double
        let latenciesNs: [UInt64]
        let clientMicros: Double
        let processMicros: [Double]
    }

    /// Who is asked, and by which processes it is answered.
    struct Place {
        /// A socket's path, or a port of this machine.
        let address: String
        var key: String?
        var redis: pid_t?
        var daemon: pid_t?
    }

    private let interpreter: String
    private let workplace: Workplace
    private let script: String

    /// - Parameter interpreter: a Python that has redis and limits.
    init(_ interpreter: String, _ workplace: Workplace) throws {
        self.interpreter = interpreter
        self.workplace = workplace
        script = workplace.path + "/peer.py"
        try Data(PackageResources.peer_py).write(to: URL(filePath: script))
        let trial = try ChildProcess(
            [interpreter, "-c", "import redis, limits"], output: workplace.path + "/python.log")
        guard trial.endsWell(within: 30) else {
            throw BenchError(
                "\(interpreter) has no redis and limits: install deploy/bench.txt into an "
                    + "environment and name its Python by --python")
        }
    }

    /// How fast it decides, one call after the other.
    func measure(_ peer: Peer, _ commands: PreparedCommands, _ place: Place) throws -> Sample {
        let answer = try run(
            peer, commands, place, workers: 1, cap: BenchPolicy.userTokens.cap)
        guard answer.allowed == commands.count else {
            throw BenchError("\(peer.title): \(answer.allowed) of \(commands.count) were allowed")
        }
        var latencies = Latencies()
        for latency in answer.latenciesNs { latencies.record(latency) }
        var micros = answer.processMicros[...]
        let redis = place.redis.flatMap { _ in micros.popFirst() }
        return Sample(
            LoadResult(allowed: answer.allowed, seconds: answer.seconds, latencies: latencies),
            CPUUse(client: answer.clientMicros, daemon: micros.popFirst(), redis: redis))
    }

    /// How many calls many workers make under one cap.
    func contest(
        _ peer: Peer, _ commands: PreparedCommands, _ place: Place, _ scale: CompareScale
    ) throws -> Int {
        try run(peer, commands, place, workers: scale.workers, cap: scale.cap).allowed
    }

    private func run(
        _ peer: Peer, _ commands: PreparedCommands, _ place: Place, workers: Int, cap: Int64
    ) throws -> Answer {
        let directory = try workplace.directory("python")
        try commands.write(to: directory + "/commands")
        let order = Order(
            peer: peer, address: place.address, key: place.key,
            commands: directory + "/commands", workers: workers, cap: cap,
            processes: [place.redis, place.daemon].compactMap { $0 })
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let text = String(decoding: try encoder.encode(order), as: UTF8.self)
        let output = directory + "/output"
        let process = try ChildProcess([interpreter, script, text], output: output)
        let isWell = process.endsWell(within: Self.patience)
        process.stop()
        let said = try String(contentsOfFile: output, encoding: .utf8)
        guard isWell, let line = said.split(separator: "\n").last else {
            throw BenchError("\(peer.title) failed: \(said.suffix(2000))")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(line.utf8))
    }
}
