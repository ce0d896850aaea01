// A redis-server of the benchmark's own, which keeps nothing on disk: what is measured is what
// deciding costs, not what a disk does.

import Glibc
import RedisClient

final class RedisServer {
    let socketPath: String
    let clock: ProcessClock
    var pid: pid_t { process.pid }
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

    /// The bytes of its data, as it counts them.
    var memory: Double {
        get throws {
            let info = try BlockingClient(path: socketPath).command("INFO", "memory").string ?? ""
            let line = info.split(whereSeparator: \.isNewline).first {
                $0.hasPrefix("used_memory:")
            }
            guard let bytes = line.flatMap({ Double($0.dropFirst("used_memory:".count)) }) else {
                throw BenchError("INFO memory has no used_memory")
            }
            return bytes
        }
    }

    func stop() { process.stop() }
}
