// The embedded server with real redis-server processes: start, data, restart, stop, refusals.
import Foundation
import Logging
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(10))) struct EmbeddedRedisTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var data: String { "\(directory.path)/data" }

    private func redis(
        _ change: (inout EmbeddedRedis.Configuration) -> Void = { _ in }
    ) -> EmbeddedRedis {
        var configuration = EmbeddedRedis.Configuration(directory: data)
        change(&configuration)
        return EmbeddedRedis(configuration: configuration, logger: Logger(label: "test"))
    }

    private func ask(_ command: String) -> BlockingConnection.Reply? {
        guard var connection = BlockingConnection(socket: "\(data)/redis.sock") else { return nil }
        defer { connection.close() }
        return connection.exchange(command)
    }

    @Test func startsAndAnswersAndStopsWithoutLeavingAProcess() async throws {
        let redis = redis()
        let socket = try await redis.start()
        #expect(socket == "\(data)/redis.sock")
        #expect(ask("PING") == .text("PONG"))
        let pid = try #require(await redis.serverProcessID)
        #expect(ProcessIdentity(livingPID: pid) != nil)
        await redis.stop()
        #expect(ProcessIdentity(livingPID: pid) == nil)
        #expect(ask("PING") == nil)
        #expect(try SmallFile.read("\(data)/redis.log").contains("ready to exit, bye bye"))
    }

    @Test func theServerInheritsNothingOfOurs() async throws {
        // Like a socket of NIO's, not close-on-exec.
        let file = open("\(directory.path)/inherited", O_RDWR | O_CREAT, 0o600)
        defer { close(file) }
        // Redis writes its title over what it was given, so it is read before.
        let copy = "\(directory.path)/environment"
        let server = try directory.script(
            "server", "cat /proc/$$/environ > \(copy); exec redis-server \"$@\"")
        let redis = redis { $0.redisServer = server }
        try await redis.start()
        let pid = try #require(await redis.serverProcessID)
        let status = try SmallFile.read("/proc/\(pid)/status")
        #expect(status.contains("SigBlk:\t0000000000000000"))
        #expect(getpgid(pid) == pid)
        let environment = try SmallFile.read(copy).split(separator: "\0")
        #expect(!environment.isEmpty)
        #expect(environment.allSatisfy { $0.hasPrefix("PATH=") || $0.hasPrefix("TZ=") })
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd") {
            let target = realpath("/proc/\(pid)/fd/\(name)", nil)
            defer { free(target) }
            #expect(target.map { String(cString: $0) } != "\(directory.path)/inherited")
        }
        await redis.stop()
    }

    @Test func runsWithTheSettingsOfTheDesign() async throws {
        let redis = redis { $0.maxMemoryBytes = 100 << 20 }
        try await redis.start()
        for (name, value) in [
            "appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no",
            "aof-use-rdb-preamble": "yes", "aof-load-truncated": "yes", "save": "",
            "auto-aof-rewrite-min-size": "67108864", "maxmemory-policy": "noeviction",
            "maxmemory": "104857600", "busy-reply-threshold": "200", "port": "0",
            "unixsocketperm": "700", "lazyfree-lazy-user-del": "yes", "timeout": "0",
            "lazyfree-lazy-expire": "yes", "shutdown-timeout": "10", "enable-debug-command": "no",
            "enable-module-command": "no", "enable-protected-configs": "no",
        ] {
            #expect(ask("CONFIG GET \(name)") == .list([name, value]))
        }
        await redis.stop()
    }

    @Test func aKilledServerIsStartedAgainWithItsData() async throws {
        let redis = redis()
        try await redis.start()
        #expect(ask("SET k kept") == .text("OK"))
        let first = try #require(await redis.serverProcessID)
        kill(first, SIGKILL)
        let again = try await eventually {
            let pid = await redis.serverProcessID
            return pid != nil && pid != first
        }
        #expect(again)
        #expect(ask("GET k") == .text("kept"))
        await redis.stop()
    }

    @Test func dataSurviveAStop() async throws {
        let first = redis()
        try await first.start()
        #expect(ask("SET k kept") == .text("OK"))
        await first.stop()
        let second = redis()
        try await second.start()
        #expect(ask("GET k") == .text("kept"))
        await second.stop()
    }

    @Test func aSecondDaemonIsToldWhoHoldsTheDirectory() async throws {
        let first = redis()
        try await first.start()
        let error = await #expect(throws: EmbeddedRedisError.self) { try await redis().start() }
        #expect(error?.code == .directoryInUse)
        #expect(error?.message.contains(data) == true)
        #expect(error?.message.contains("pid \(getpid())") == true)
        await first.stop()
        let third = redis()
        try await third.start()
        await third.stop()
    }

    @Test func runEndsByCancellationAndStopsTheServer() async throws {
        let redis = redis()
        let running = Task { try await redis.run() }
        #expect(try await eventually { await redis.serverProcessID != nil })
        let pid = try #require(await redis.serverProcessID)
        running.cancel()
        try await running.value
        #expect(ProcessIdentity(livingPID: pid) == nil)
    }

    @Test func aServerThatIgnoresSigtermIsKilled() async throws {
        let redis = redis { $0.stopTimeout = .milliseconds(200) }
        try await redis.start()
        let pid = try #require(await redis.serverProcessID)
        kill(pid, SIGSTOP)
        await redis.stop()
        #expect(ProcessIdentity(livingPID: pid) == nil)
    }

    @Test func aDamagedFileIsReportedWithTheLog() async throws {
        let first = redis()
        try await first.start()
        #expect(ask("SET k v") == .text("OK"))
        await first.stop()
        let folder = "\(data)/appendonlydir"
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder)
                .first { $0.hasSuffix(".incr.aof") })
        let file = "\(folder)/\(name)"
        var bytes = try Data(contentsOf: URL(filePath: file))
        bytes[0] = UInt8(ascii: "?")
        try bytes.write(to: URL(filePath: file))
        let error = await #expect(throws: EmbeddedRedisError.self) { try await redis().start() }
        #expect(error?.code == .refusedToStart)
        #expect(error?.message.contains("Bad file format reading the append only file") == true)
        #expect(try Data(contentsOf: URL(filePath: file)) == bytes)
    }

    @Test func aServerThatNeverAnswersIsReportedAndStopped() async throws {
        let silent = try directory.script("silent", "exec sleep 1000")
        let redis = redis {
            $0.redisServer = silent
            $0.startTimeout = .milliseconds(200)
        }
        let error = await #expect(throws: EmbeddedRedisError.self) { try await redis.start() }
        #expect(error?.code == .notAnswering)
        let record = try SmallFile.read("\(data)/redis.process")
        #expect(ProcessIdentity(record: record)?.isAlive == false)
    }

    @Test func missingProgramsAreNamedWithTheirPackage() async throws {
        let noRedis = redis { $0.redisServer = "no-such-redis-server" }
        var error = await #expect(throws: EmbeddedRedisError.self) { try await noRedis.start() }
        #expect(error?.code == .executableMissing)
        #expect(error?.hint == "install with: apt-get install redis-server")
        let noSetpriv = redis { $0.setpriv = "/no/such/setpriv" }
        error = await #expect(throws: EmbeddedRedisError.self) { try await noSetpriv.start() }
        #expect(error?.hint == "install with: apt-get install util-linux")
    }

    @Test func afterAStopThereIsNoStart() async throws {
        let redis = redis()
        await redis.stop()
        let error = await #expect(throws: EmbeddedRedisError.self) { try await redis.start() }
        #expect(error?.code == .stopped)
    }
}
