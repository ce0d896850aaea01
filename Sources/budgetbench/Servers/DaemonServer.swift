// A real budgetd before a Redis of the benchmark's, under the benchmark's policy.

import Foundation
import RESP

final class DaemonServer {
    let socketPath: String
    let clock: ProcessClock
    var pid: pid_t { process.pid }
    private let process: ChildProcess

    /// Starts the budgetd that was built beside this program.
    ///
    /// - Parameter policy: a file in place of the benchmark's.
    init(in directory: String, redis: RedisServer, policy: String? = nil) throws {
        socketPath = directory + "/budgetd.sock"
        let policy = try policy ?? BenchPolicy.write(in: directory)
        process = try ChildProcess(
            [
                try Self.executable(), "--policy", policy, "--state", directory + "/state",
                "--socket", socketPath, "--redis", "unix:" + redis.socketPath, "--redis-allow",
                "appendonly",
                "--log-level", "warning",
            ], output: directory + "/budgetd.log")
        clock = try ProcessClock(of: process.pid)
        for _ in 0..<2000 {
            // PING is answered before its Redis is.
            if (try? BlockingClient(path: socketPath).command("USAGE")) != nil { return }
            guard process.isRunning else { break }
            usleep(5000)
        }
        let log = try? String(contentsOfFile: directory + "/budgetd.log", encoding: .utf8)
        throw BenchError("budgetd does not start: \(log ?? "no log")")
    }

    private static func executable() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = (own as NSString).deletingLastPathComponent + "/budgetd"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchError("there is no \(path): build the product budgetd first")
        }
        return path
    }

    /// The bytes of it that lie in the machine's memory.
    var residentMemory: Double {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
            let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) }
            guard let pages else { throw BenchError("/proc/\(pid)/statm says nothing") }
            return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
        }
    }

    func stop() { process.stop() }
}
