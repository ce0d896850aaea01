// A redis-server of the benchmark's own, which keeps nothing on disk: what is measured is what
// deciding costs, not what a disk does.

import Glibc
import RedisClient

final class RedisServer {
    let socketPath: String
    let clock: ProcessClock
    private let process: ChildProcess

    init(in directory: String) throws {
        socketPath = directory + "/redis.sock"
        let log = directory + "/redis.log"
        process = try ChildProcess(
            [
                "redis-server", "--port", "0", "--unixsocket", socketPath, "--dir", directory,
                "--appendonly", "no", "--save", "", "--daemonize", "no",
            ], output: log)
        clock = try ProcessClock(of: process.pid)
        for _ in 0..<2000 {
            if (try? BlockingClient(path: socketPath).command("PING")) != nil { return }
            guard process.isRunning else { break }
            usleep(5000)
        }
        throw BenchError("redis-server does not start; its log is \(log)")
    }

    func load(_ scripts: RedisScript...) throws {
        let client = try BlockingClient(path: socketPath)
        for script in scripts { try client.command("SCRIPT", "LOAD", script.source) }
    }

    /// Forgets all data, and has forgotten it when this returns. Scripts stay.
    func clear() throws {
        try BlockingClient(path: socketPath).command("FLUSHALL", "SYNC")
    }

    func stop() { process.stop() }
}
