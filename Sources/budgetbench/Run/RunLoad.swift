// The closed loop of a run: each worker sends a burst, waits for its replies, and sends the next,
// until the time or the count is over; then what is held is settled. One thread.

import Glibc

final class RunLoad {
    private let scale: RunScale
    private let workers: [RunWorker]
    private var population: Population
    private var generator: SeededGenerator
    private var calls = 0
    private var result = RunResult()

    /// - Parameter population: who calls.
    init(path: String, _ scale: RunScale, _ population: Population) throws {
        self.scale = scale
        workers = try (0..<scale.connections).map { _ in try RunWorker(path: path) }
        self.population = population
        generator = SeededGenerator(seed: ~scale.seed)
    }

    /// - Throws: where a request is answered by an error, or the daemon falls silent.
    func run(_ progress: Progress) throws -> RunResult {
        let begin = MonotonicTime.now
        let end = begin + UInt64(scale.seconds * 1e9)
        var told = begin
        var sockets = workers.map {
            pollfd(fd: $0.connection.socket.descriptor, events: Int16(POLLIN), revents: 0)
        }
        var busy = 0
        for worker in workers where try sendBurst(worker, until: end) { busy += 1 }
        while busy > 0 {
            let count = poll(&sockets, nfds_t(sockets.count), Int32(UnixSocket.patience * 1000))
            guard count != 0 else { throw BenchError("no reply within \(UnixSocket.patience) s") }
            for (index, worker) in workers.enumerated() where sockets[index].revents != 0 {
                try worker.receive { try result.take($0, $1, nanoseconds: $2) }
                guard worker.connection.outstanding == 0 else { continue }
                if try !sendBurst(worker, until: end) { busy -= 1 }
            }
            let now = MonotonicTime.now
            if now - told > 250_000_000 {
                told = now
                tell(progress, seconds: Double(now - begin) / 1e9)
            }
        }
        result.seconds = Double(MonotonicTime.now - begin) / 1e9
        return result
    }

    private func sendBurst(_ worker: RunWorker, until end: UInt64) throws -> Bool {
        let isOver = MonotonicTime.now >= end
        return try worker.sendBurst(depth: scale.depth) {
            guard !isOver, calls < scale.mostCalls else { return nil }
            calls += 1
            let verb = scale.mix.draw(using: &generator)
            return RunWorker.Request(verb: verb, call: population.next())
        }
    }

    private func tell(_ progress: Progress, seconds: Double) {
        var all = Latencies()
        for latencies in result.latencies.values { all.add(latencies) }
        let rate = Int(Double(result.decisions) / seconds)
        progress.tell(
            "\(Int(seconds)) of \(Int(scale.seconds)) s: \(rate) decisions/s, "
                + "p99 \(Int(all.micros(99))) µs")
    }
}
