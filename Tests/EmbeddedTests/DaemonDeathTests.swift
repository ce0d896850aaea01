// What becomes of the server when the daemon dies. The daemon is a real process here (an exit
// test), which starts the embedded server and is killed by SIGKILL.
import Foundation
import Logging
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(10))) struct DaemonDeathTests {
    let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private var data: String { "\(place.path)/data" }

    private func redis(
        _ durability: EmbeddedRedis.Configuration.Durability = .always,
        startTimeout: Duration = .seconds(30)
    ) -> EmbeddedRedis {
        let configuration = EmbeddedRedis.Configuration(
            directory: data, durability: durability, startTimeout: startTimeout)
        return EmbeddedRedis(configuration: configuration, logger: Logger(label: "test"))
    }

    private func recorded() throws -> ProcessIdentity {
        try #require(ProcessIdentity(record: SmallFile.read("\(data)/redis.process")))
    }

    /// A setpriv that does without the death signal, so that the server survives.
    private func carelessSetpriv() throws -> String {
        try place.script("careless", "shift 2; exec \"$@\"")
    }

    /// - Returns: the server of a daemon that was killed.
    private func serverOfADeadDaemon(setpriv: String) async throws -> ProcessIdentity {
        let directory = data
        let ended = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            [directory = directory as String, setpriv = setpriv as String] in
            let redis = EmbeddedRedis(
                configuration: .init(directory: directory, setpriv: setpriv),
                logger: Logger(label: "doomed"))
            let socket = try await redis.start()
            guard var connection = BlockingConnection(socket: socket) else { return }
            guard connection.exchange("SET k kept") == .text("OK") else { return }
            kill(getpid(), SIGKILL)
        }
        let daemon = try #require(ended)
        let said = String(decoding: daemon.standardErrorContent, as: UTF8.self)
        try #require(daemon.exitStatus == .signal(SIGKILL), "\(said)")
        return try recorded()
    }

    @Test func aKilledDaemonTakesItsServerAlong() async throws {
        let server = try await serverOfADeadDaemon(setpriv: "setpriv")
        #expect(try await eventually { !server.isAlive })
        let next = redis()
        let socket = try await next.start()
        #expect(await next.serverProcessID != server.pid)
        var connection = try #require(BlockingConnection(socket: socket))
        defer { connection.close() }
        #expect(connection.exchange("GET k") == .text("kept"))
        await next.stop()
    }

    /// The thread that spawned lives as long as the server, although start() returned long ago.
    @Test func aLivingDaemonKeepsItsServer() async throws {
        let redis = redis()
        try await redis.start()
        let pid = try #require(await redis.serverProcessID)
        let status = try SmallFile.read("/proc/\(pid)/stat")
        #expect(status.contains(" \(getpid()) "))
        let ended = try await eventually(within: .seconds(2)) {
            await redis.serverProcessID != pid
        }
        #expect(!ended)
        await redis.stop()
    }

    @Test func aServerLeftBehindIsAdoptedWatchedAndStopped() async throws {
        let server = try await serverOfADeadDaemon(setpriv: carelessSetpriv())
        #expect(server.isAlive)
        let next = redis()
        let socket = try await next.start()
        #expect(await next.serverProcessID == server.pid)
        #expect(try recorded() == server)
        server.signal(SIGKILL)
        let again = try await eventually {
            let pid = await next.serverProcessID
            return pid != nil && pid != server.pid
        }
        #expect(again)
        var connection = try #require(BlockingConnection(socket: socket))
        defer { connection.close() }
        #expect(connection.exchange("GET k") == .text("kept"))
        await next.stop()
        #expect(try !recorded().isAlive)
    }

    @Test func anAdoptedServerIsStoppedInOrder() async throws {
        let server = try await serverOfADeadDaemon(setpriv: carelessSetpriv())
        let next = redis()
        try await next.start()
        await next.stop()
        #expect(!server.isAlive)
        #expect(try SmallFile.read("\(data)/redis.log").contains("ready to exit, bye bye"))
    }

    @Test func aServerWhoseRecordWasLostIsFoundByItsSocket() async throws {
        let server = try await serverOfADeadDaemon(setpriv: carelessSetpriv())
        try FileManager.default.removeItem(atPath: "\(data)/redis.process")
        let next = redis()
        try await next.start()
        #expect(await next.serverProcessID == server.pid)
        #expect(try recorded() == server)
        await next.stop()
        #expect(!server.isAlive)
    }

    /// As while it ends: it writes still, but only the record tells of it.
    @Test func aServerThatDoesNotListenIsEndedBeforeAnotherStarts() async throws {
        let server = try await serverOfADeadDaemon(setpriv: carelessSetpriv())
        try FileManager.default.removeItem(atPath: "\(data)/redis.sock")
        let next = redis(startTimeout: .seconds(3))
        let socket = try await next.start()
        #expect(!server.isAlive)
        #expect(await next.serverProcessID != server.pid)
        var connection = try #require(BlockingConnection(socket: socket))
        defer { connection.close() }
        #expect(connection.exchange("GET k") == .text("kept"))
        await next.stop()
    }

    /// Nobody would know of it, and the next daemon would start another one on the same files.
    @Test func whatWasNotRecordedNeverBegins() async throws {
        let begun = "\(place.path)/begun"
        let spawned = "\(place.path)/spawned"
        let script = try place.script("server", "echo $$ > '\(begun)'")
        let ended = await #expect(processExitsWith: .failure) {
            [script = script as String, spawned = spawned as String] in
            ChildProcess.launch([script], log: "/dev/null") { report in
                guard case .spawned(let child) = report else { return }
                try? SmallFile.replace(spawned, with: "\(child.pid)")
                kill(getpid(), SIGKILL)
            }
            sleep(10)
        }
        #expect(ended?.exitStatus == .signal(SIGKILL))
        let pid = try #require(Int32(SmallFile.read(spawned)))
        #expect(try await eventually { ProcessIdentity(livingPID: pid) == nil })
        #expect(!FileManager.default.fileExists(atPath: begun))
    }

    @Test func aServerWithOtherSettingsIsReplaced() async throws {
        let server = try await serverOfADeadDaemon(setpriv: carelessSetpriv())
        let next = redis(.everysec)
        let socket = try await next.start()
        #expect(await next.serverProcessID != server.pid)
        #expect(!server.isAlive)
        var connection = try #require(BlockingConnection(socket: socket))
        defer { connection.close() }
        let setting = connection.exchange("CONFIG GET appendfsync")
        #expect(setting == .list(["appendfsync", "everysec"]))
        #expect(connection.exchange("GET k") == .text("kept"))
        await next.stop()
    }

    @Test func somebodyElsesServerOnTheSocketIsLeftAlone() async throws {
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let other = Process()
        other.executableURL = URL(filePath: "/usr/bin/env")
        other.arguments = [
            "redis-server", "--port", "0", "--unixsocket", "\(data)/redis.sock", "--save", "",
            "--dir", place.path,
        ]
        other.standardOutput = FileHandle.nullDevice
        other.standardError = FileHandle.nullDevice
        try other.run()
        // Foundation hands its thread's signal mask on, SIGTERM blocked, so terminate() is in vain.
        defer { kill(other.processIdentifier, SIGKILL) }
        let socket = "\(data)/redis.sock"
        #expect(try await eventually { BlockingConnection(socket: socket) != nil })
        let error = await #expect(throws: EmbeddedRedisError.self) { try await redis().start() }
        #expect(error?.code == .foreignServer)
        #expect(other.isRunning)
    }
}
