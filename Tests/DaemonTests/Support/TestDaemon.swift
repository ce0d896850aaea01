// A budgetd of a test's own: the built program, run as a process in a temporary directory, with an
// embedded Redis or before a TestRedis. All of it is gone when the test lets go of it.

import Foundation
import RESP
import Synchronization
import TestSupport

/// Why a daemon did not do what a test needs.
struct DaemonFailure: Error, CustomStringConvertible {
    let description: String
}

/// One daemon, which can be started again after its end.
// Unchecked, since what is not Sendable in it is set once and used by one thread at a time.
final class TestDaemon: @unchecked Sendable {
    /// The built program lies beside the one that runs the tests.
    static let program: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return ((own ?? "") as NSString).deletingLastPathComponent + "/budgetd"
    }()

    let directory: TestDirectory
    /// Kept, so that it lives as long.
    private let redis: TestRedis?
    private let arguments: [String]
    private let current = Mutex<TestProcess?>(nil)

    var socketPath: String { directory.path + "/b.sock" }
    var stateDirectory: String { directory.path + "/state" }
    /// The socket of the embedded Redis.
    var redisSocket: String { stateDirectory + "/redis/redis.sock" }
    /// All that it wrote to standard error since its first start.
    var log: String { directory.text("err") }
    /// All that it wrote to standard output.
    var output: String { directory.text("out") }

    /// - Parameters:
    ///   - policy: the policy's text; prices.yaml lies beside it.
    ///   - redis: the Redis to use in place of an embedded one.
    ///   - redisPath: where it is reached, if not at its own socket.
    ///   - isStarted: false leaves starting to the test.
    init(
        policy: String, prices: String = Policies.prices, redis: TestRedis? = nil,
        redisPath: String? = nil, options: [String] = [], isStarted: Bool = true
    ) throws {
        directory = try TestDirectory()
        self.redis = redis
        try directory.write("prices.yaml", prices)
        let policyPath = try directory.write("policy.yaml", policy)
        var arguments = [
            Self.program, "--policy", policyPath, "--state", directory.path + "/state",
            "--socket", directory.path + "/b.sock", "--log-level", "debug",
        ]
        if let redis {
            arguments += [
                "--redis", "unix:" + (redisPath ?? redis.socketPath),
                "--redis-allow", "appendonly",
            ]
        }
        self.arguments = arguments + options
        if isStarted { try start() }
    }

    deinit {
        kill()
    }

    /// The process of the last start.
    var process: TestProcess {
        get throws {
            guard let process = current.withLock({ $0 }) else {
                throw DaemonFailure(description: "it was never started")
            }
            return process
        }
    }

    /// Starts the process and waits until it serves, its Redis included.
    func start(_ more: [String] = []) throws {
        let process = try launch(more)
        let isReady = eventually {
            process.ending != nil || serves
        }
        guard isReady, process.ending == nil else {
            process.kill()
            throw DaemonFailure(description: "not ready, \(process.ending as Any): \(log)")
        }
    }

    /// Whether it answers from its Redis, or refuses whoever asks.
    var serves: Bool {
        guard let answer = try? ask("USAGE") else { return false }
        return answer.errorCode != "UNAVAILABLE"
    }

    /// Starts the process and waits for nothing.
    ///
    /// - Parameters:
    ///   - programs: a folder in which it finds programs before all others.
    ///   - starter: a command that becomes the daemon; the daemon's own words follow it.
    ///   - holdsSignals: whether it begins with every signal blocked.
    @discardableResult
    func launch(
        _ more: [String] = [], programs: String? = nil, starter: [String] = [],
        holdsSignals: Bool = false
    ) throws -> TestProcess {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let environment = programs.map { ["env", "PATH=\($0):\(path)"] } ?? []
        let process = try TestProcess(
            starter + environment + arguments + more, directory: directory.path,
            output: directory.path + "/out",
            errors: directory.path + "/err", holdsSignals: holdsSignals)
        current.withLock { $0 = process }
        return process
    }

    /// SIGTERM, and waits for its end.
    @discardableResult
    func stop() throws -> TestProcess.Ending? {
        let process = try process
        process.signal(SIGTERM)
        return process.waitForEnd()
    }

    /// kill -9, and waits for its end and that of its Redis.
    func kill() {
        current.withLock { $0 }?.kill()
        if let pid = redisPID { _ = eventually { !Self.isAlive(pid) } }
    }

    /// The embedded redis-server's process, from the record that the daemon keeps of it.
    var redisPID: Int32? {
        let record = directory.text("state/redis/redis.process")
        return Int32(record.prefix { $0.isNumber })
    }

    /// Whether a process is there and not merely waited for.
    static func isAlive(_ pid: Int32) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else {
            return false
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst(2).first != "Z"
    }

    /// A new connection.
    func connect() throws -> Client { try Client(socketPath) }

    /// One request, words parted by blanks, over a connection of its own.
    func ask(_ line: String) throws -> RESPValue { try connect().ask(line) }
}
