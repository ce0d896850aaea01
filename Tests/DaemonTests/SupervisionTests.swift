// What a supervisor hears of the daemon: that it serves, that it is well, that it ends.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct SupervisionTests {
        let redis: TestRedis
        let daemon: TestDaemon

        init() throws {
            redis = try TestRedis()
            daemon = try TestDaemon(policy: Policies.open, redis: redis, isStarted: false)
        }

        /// Asks for a word every 100 ms. As systemd does, it names the process that it asks; $$ is
        /// what becomes the daemon.
        private func starter(_ socket: SupervisorSocket, asks pid: String = "$$") -> [String] {
            let script =
                "export NOTIFY_SOCKET='\(socket.name)' WATCHDOG_USEC=200000 WATCHDOG_PID=\(pid); "
                + "exec \"$@\""
            return ["sh", "-c", script, "sh"]
        }

        @Test(arguments: [false, true]) func aLifeFromReadyToStopping(isAbstract: Bool) throws {
            let path = daemon.directory.path + "/notify"
            let socket = try SupervisorSocket(isAbstract ? "@" + path : path)
            let process = try daemon.launch(starter: starter(socket))
            #expect(socket.next() == "READY=1")
            #expect(try daemon.ask("PING") == .simple("PONG"))
            for _ in 0..<3 { #expect(socket.next() == "WATCHDOG=1") }
            #expect(process.ending == nil)
            process.signal(SIGTERM)
            #expect(socket.next(after: "WATCHDOG=1") == "STOPPING=1")
            #expect(process.waitForEnd() == .exit(0))
            #expect(socket.next(milliseconds: 1) == nil)
        }

        /// Silence while a Redis of its own doesn't answer, and a word again as soon as it does.
        @Test func nothingIsSaidWhileItsOwnRedisIsSilent() throws {
            let daemon = try TestDaemon(policy: Policies.open, isStarted: false)
            let socket = try SupervisorSocket(daemon.directory.path + "/notify")
            let process = try daemon.launch(starter: starter(socket))
            #expect(socket.next(after: "READY=1") == "WATCHDOG=1")
            let redis = try #require(daemon.redisPID)
            kill(redis, SIGSTOP)
            defer { kill(redis, SIGCONT) }
            #expect(eventually { daemon.log.contains("the watchdog is not told") })
            socket.forget()
            #expect(socket.next(milliseconds: 500) == nil)
            #expect(process.ending == nil)
            kill(redis, SIGCONT)
            #expect(socket.next() == "WATCHDOG=1")
        }

        /// One of the operator's that is away doesn't end the daemon, which says so meanwhile.
        @Test func anotherRedisThatIsAwayIsNoAlarm() throws {
            let socket = try SupervisorSocket(daemon.directory.path + "/notify")
            let process = try daemon.launch(starter: starter(socket))
            #expect(socket.next(after: "READY=1") == "WATCHDOG=1")
            redis.kill()
            #expect(
                try eventually { try daemon.ask("USAGE user u").errorCode == "UNAVAILABLE" })
            socket.forget()
            for _ in 0..<5 { #expect(socket.next(milliseconds: 2000) == "WATCHDOG=1") }
            #expect(process.ending == nil)
        }

        /// Where it is away at the start, the sockets are open, and nobody is told that it serves.
        @Test func readyIsSaidWhenAnotherRedisIsThere() throws {
            redis.kill()
            let socket = try SupervisorSocket(daemon.directory.path + "/notify")
            try daemon.launch(starter: starter(socket))
            #expect(eventually { (try? daemon.ask("USAGE user u").errorCode) == "UNAVAILABLE" })
            #expect(socket.next() == "WATCHDOG=1")
            try redis.start()
            #expect(socket.next(after: "WATCHDOG=1") == "READY=1")
            #expect(daemon.serves)
        }

        @Test func anotherProcessWatchdogIsNotOurs() throws {
            let socket = try SupervisorSocket(daemon.directory.path + "/notify")
            let process = try daemon.launch(starter: starter(socket, asks: "1"))
            #expect(socket.next() == "READY=1")
            #expect(socket.next(milliseconds: 500) == nil)
            process.signal(SIGTERM)
            #expect(socket.next() == "STOPPING=1")
        }

        /// A supervisor that is gone, or that no daemon could reach, stops nobody from serving.
        @Test(arguments: [
            "/nonexistent/notify", "vsock:2:1", "@", "/" + String(repeating: "x", count: 200),
        ])
        func aSocketThatIsNone(_ name: String) throws {
            try daemon.launch(starter: ["env", "NOTIFY_SOCKET=\(name)", "WATCHDOG_USEC=20000"])
            #expect(eventually { (try? daemon.ask("PING")) == .simple("PONG") })
            #expect(try daemon.stop() == .exit(0))
        }
    }
}
