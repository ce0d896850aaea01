// What a run has found, as JSON has it.

struct RunReport: Codable {
    struct Latency: Codable {
        let verb: String
        let count: Int
        let p50Micros: Double
        let p90Micros: Double
        let p99Micros: Double
        let p999Micros: Double
        let maxMicros: Double

        init(_ verb: Mix.Verb, _ found: Latencies) {
            self.verb = verb.rawValue
            count = found.count
            p50Micros = found.micros(50)
            p90Micros = found.micros(90)
            p99Micros = found.micros(99)
            p999Micros = found.micros(99.9)
            maxMicros = found.micros(100)
        }
    }

    let benchmark: String
    let scale: RunScale
    let seconds: Double
    let decisions: Int
    let allowed: Int
    /// By their reasons.
    let denied: [String: Int]
    let decisionsPerSecond: Double
    let requestsPerSecond: Double
    let latencies: [Latency]
    let clientMicros: Double
    let daemonMicros: Double?
    /// Where the run started it.
    let redisMicros: Double?
    let books: RunBooks

    init(_ scale: RunScale, _ result: RunResult, cpu: CPUUse, books: RunBooks) {
        benchmark = "run"
        self.scale = scale
        self.books = books
        seconds = result.seconds
        decisions = result.decisions
        allowed = result.allowed
        denied = result.denied
        decisionsPerSecond = Double(result.decisions) / result.seconds
        requestsPerSecond = Double(result.requests) / result.seconds
        latencies = Mix.Verb.allCases.compactMap { verb in
            result.latencies[verb].map { Latency(verb, $0) }
        }
        let requests = Double(result.requests)
        clientMicros = cpu.client / requests
        daemonMicros = cpu.daemon.map { $0 / requests }
        redisMicros = cpu.redis.map { $0 / requests }
    }

    /// For people.
    var text: String {
        func rounded(_ value: Double) -> String { "\(Int(value.rounded()))" }
        func micros(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
        var lines = [
            "\(rounded(seconds)) s, \(scale.connections) connections, \(scale.depth) requests of "
                + "each under way, reserve:charge:usage \(scale.mix),",
            "\(scale.tenants) tenants, \(scale.users) users, \(scale.runs) runs, "
                + "Zipf \(scale.zipf), seed \(scale.seed).",
            "",
            "\(rounded(decisionsPerSecond)) decisions/s, \(rounded(requestsPerSecond)) requests/s: "
                + "\(allowed) allowed, \(decisions - allowed) denied",
        ]
        lines += denied.sorted { $0.value > $1.value }.map { "  \($0.value) \($0.key)" }
        lines.append(
            "CPU of a request: client \(micros(clientMicros)) µs"
                + (daemonMicros.map { ", daemon \(micros($0)) µs" } ?? "")
                + (redisMicros.map { ", Redis \(micros($0)) µs" } ?? ""))
        lines.append("")
        let head = ["", "count", "p50 µs", "p90", "p99", "p99.9", "max"]
        lines += TextTable.lines(
            [head]
                + latencies.map {
                    [$0.verb, "\($0.count)"]
                        + [$0.p50Micros, $0.p90Micros, $0.p99Micros, $0.p999Micros, $0.maxMicros]
                        .map(rounded)
                })
        lines.append("")
        lines.append(
            "\(books.journalLines) lines of the journal, \(books.counters) counters, "
                + "\(books.runsCompared) of \(books.runs) runs and their "
                + "\(books.limitsCompared) limits were compared: "
                + (books.balance ? "the books balance, no limit was passed." : "FAULTS:"))
        return (lines + books.faults).joined(separator: "\n")
    }
}
