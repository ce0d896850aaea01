// What the daemon can't run with is said at once, in a sentence that tells what to do.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct RefusalTests {
        /// Runs a daemon that is expected to end by itself.
        private func expectEnd(
            _ daemon: TestDaemon, _ more: [String] = [], status: Int32 = 1, saying parts: String...
        ) throws {
            let process = try daemon.launch(more)
            #expect(process.waitForEnd() == .exit(status))
            for part in parts { #expect(daemon.log.contains(part), "\(part): \(daemon.log)") }
            #expect(daemon.output == "")
            if let pid = daemon.redisPID { #expect(!TestDaemon.isAlive(pid)) }
        }

        private func idle(policy: String = Policies.open) throws -> TestDaemon {
            try TestDaemon(policy: policy, isStarted: false)
        }

        @Test func aMissingPolicy() throws {
            let daemon = try idle()
            try expectEnd(daemon, ["--policy", "/nonexistent.yaml"], saying: "/nonexistent.yaml")
            let none = try Program([TestDaemon.program])
            #expect(none.ending == .exit(64))
            #expect(none.errors.contains("--policy"))
        }

        @Test func allFaultsOfAPolicyAreToldWithTheirLines() throws {
            let daemon = try idle(
                policy: """
                    version: 1
                    limits:
                      - { name: a, per: [usr], window: day, measure: calls, cap: 1 }
                      - { name: b, per: [user], window: fortnight, measure: calls, cap: 1 }
                      - { name: c, per: [user], window: day, measure: calls, cap: -1 }
                    colour: red
                    prices: [prices.yaml]
                    """)
            let file = daemon.directory.path + "/policy.yaml"
            try expectEnd(
                daemon, saying: "\(file):3", "usr", "\(file):4", "fortnight", "\(file):5",
                "\(file):6", "colour")
            try daemon.directory.write("policy.yaml", Policies.open)
            try daemon.directory.write("prices.yaml", "prices:\n  - { model: x, from: soon }\n")
            try expectEnd(daemon, saying: daemon.directory.path + "/prices.yaml:2")
        }

        @Test func aSocketThatCanNotBe() throws {
            let long = "/tmp/" + String(repeating: "x", count: 110)
            try expectEnd(try idle(), ["--socket", long], saying: long, "107")
            try expectEnd(try idle(), ["--socket", "/dev/null/b.sock"], saying: "/dev/null")
            let daemon = try idle()
            let file = try daemon.directory.write("file", "mine")
            try expectEnd(daemon, ["--socket", file], saying: "something else than a socket")
            #expect(daemon.directory.text("file") == "mine")
        }

        @Test func aMissingDirectoryOfTheSocketIsMade() throws {
            let daemon = try idle()
            let path = daemon.directory.path + "/run/budgetd/b.sock"
            try daemon.launch(["--socket", path])
            let isServing = eventually { (try? Client(path).ask("PING")) == .simple("PONG") }
            #expect(isServing)
        }

        @Test func aSocketOnWhichADaemonServes() throws {
            let first = try TestDaemon(policy: Policies.open)
            let second = try idle()
            try expectEnd(
                second, ["--socket", first.socketPath],
                saying: "another server answers at \(first.socketPath)")
            #expect(try first.ask("PING") == .simple("PONG"))
        }

        @Test(arguments: [
            ["--redis", "redis://192.0.2.1:6379"], ["--redis", "nonsense"],
            ["--durability", "never"], ["--threads", "0"], ["--log-level", "loud"],
            ["--colour", "red"],
        ])
        func anOptionThatMakesNoSense(_ option: [String]) throws {
            let result = try Program([TestDaemon.program, "--policy", "x"] + option)
            #expect(result.ending == .exit(64))
            #expect(result.errors.contains(option[0]), "\(result.errors)")
        }

        /// The Redis may be mended while the daemon waits, so it goes on looking.
        @Test func aRedisThatEvictsCounters() throws {
            let redis = try TestRedis(["maxmemory-policy": "allkeys-lru"])
            try expectWaiting(
                redis, saying: "maxmemory-policy is allkeys-lru", "maxmemory-policy noeviction"
            ) { try redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction") }
        }

        @Test func aRedisThatIsAReplica() throws {
            let redis = try TestRedis()
            try redis.command("REPLICAOF", "127.0.0.1", "1")
            try expectWaiting(redis, saying: "Redis is a slave", "the address of its master") {
                try redis.command("REPLICAOF", "NO", "ONE")
            }
        }

        /// What befalls Redis later is noticed with its next connection.
        @Test func aRedisThatIsThereLater() throws {
            let redis = try TestRedis()
            redis.stop()
            try expectWaiting(redis, saying: "redis connection ended") { try redis.start() }
        }

        private func expectWaiting(
            _ redis: TestRedis, saying parts: String..., mend: () throws -> Void
        ) throws {
            let daemon = try TestDaemon(policy: Policies.open, redis: redis, isStarted: false)
            let process = try daemon.launch()
            let isTold = eventually { parts.allSatisfy(daemon.log.contains) }
            #expect(isTold, "\(daemon.log)")
            #expect(process.ending == nil)
            // It is there, and says so; nothing is decided, and nobody is told that it serves.
            #expect(eventually { (try? daemon.ask("PING")) == .simple("PONG") })
            let client = try daemon.connect()
            for line in ["CHARGE idempotency_key a user u model gpt-4o", "USAGE user u"] {
                #expect(try client.ask(line).errorCode == "UNAVAILABLE", "\(line)")
            }
            let known = try #require(client.ask("INFO store").string)
            #expect(known.contains("store_address:unix:\(redis.socketPath)\r\n"))
            #expect(known.contains("store_connections_ready:0\r\n"))
            #expect(known.contains(/store_error:.{8,}\R+store_error_for_ms:\d+\R/), "\(known)")
            #expect(daemon.output == "")
            try mend()
            #expect(eventually { daemon.serves })
            #expect(try client.ask("CHARGE idempotency_key a user u model gpt-4o").isAllowed)
            #expect(eventually { daemon.output.contains("budgetd is ready") })
            #expect(try client.ask("INFO store").string?.contains("store_error:\r\n") == true)
            #expect(try daemon.stop() == .exit(0))
        }
    }
}
