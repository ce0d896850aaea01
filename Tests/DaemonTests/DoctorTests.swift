// budgetctl doctor before a whole daemon: what is as it should be, and what each fault is told.

import AccessTokens
import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct DoctorTests {
        /// What it said: the level of each line by its name, and the status.
        private func examine(
            _ daemon: TestDaemon
        ) throws -> (levels: [String: String], texts: [String: String], status: Int32?) {
            let run = try Control("doctor --json", socket: daemon.socketPath)
            var levels: [String: String] = [:]
            var texts: [String: String] = [:]
            for finding in run.list("findings") {
                guard let name = finding["name"] as? String else { continue }
                levels[name] = finding["level"] as? String
                texts[name] =
                    (finding["message"] as? String ?? "") + " → "
                    + (finding["advice"] as? String ?? "")
            }
            return (levels, texts, run.status)
        }

        @Test func allIsWell() throws {
            let daemon = try TestDaemon(policy: Policies.hasty)
            let found = try examine(daemon)
            #expect(found.status == 0, "\(found.texts)")
            #expect(Set(found.levels.values) == ["ok"], "\(found.texts)")
            #expect(
                Set(found.levels.keys) == [
                    "daemon", "redis connection", "redis answers", "own clock", "redis version",
                    "redis role", "redis eviction", "redis persistence", "redis fsync",
                    "redis clock", "redis memory", "memory forecast", "upkeep", "policy", "socket",
                ])
            let text = try Control("doctor", socket: daemon.socketPath).output
            #expect(text.contains(/ok +redis fsync +always/))
            #expect(text.contains(/ok +socket +\S+ is 0660, of \w+:\w+/))
        }

        /// What a tenant's own can't see is no fault.
        @Test func whoIsBoundToATenant() throws {
            var tokens = TokenFile()
            let secret = try tokens.create(
                name: "ann", role: .ops, tenant: "acme", now: wallClock()
            ).revealed
            let door = try TokenDaemon(tokens: tokens)
            let run = try Control(
                "doctor", socket: "redis://127.0.0.1:\(door.port)", token: secret)
            #expect(run.status == 0, "\(run.output) \(run.errors)")
            #expect(run.output.contains(/note +redis +who is bound to a tenant/), "\(run.output)")
            #expect(run.output.contains(/ok +redis answers/))
        }

        @Test func whatMayBeLostIsAWarning() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            chmod(daemon.socketPath, 0o666)
            let found = try examine(daemon)
            #expect(found.status == 0)
            #expect(found.levels["redis persistence"] == "warn")
            #expect(found.texts["redis persistence"]?.contains("appendonly yes") == true)
            #expect(found.levels["redis memory"] == "warn")
            #expect(found.texts["redis memory"]?.contains("CONFIG SET maxmemory") == true)
            #expect(found.texts["redis memory"]?.contains("B of the machine's ") == true)
            #expect(found.levels["socket"] == "warn")
            #expect(found.texts["socket"]?.contains("every user of this machine") == true)
        }

        @Test func memoryIsToldAt70Percent() throws {
            let redis = try TestRedis()
            let used = try #require(
                redis.command("INFO", "memory").string?
                    .firstMatch(of: /used_memory:(\d+)/).flatMap { Int64($0.1) })
            try redis.command("CONFIG", "SET", "maxmemory", "\(used * 5 / 4)")
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            let found = try examine(daemon)
            #expect(found.status == 1)
            #expect(found.levels["redis memory"] == "fail", "\(found.texts)")
            #expect(found.texts["redis memory"]?.contains("shorten keep") == true)
        }

        /// What takes no writes is told within seconds, although reading goes on; and its end too.
        @Test(arguments: [
            ("maxmemory", "1", "100mb", "redis memory", "it is full"),
            ("min-replicas-to-write", "1", "0", "redis replicas", "min-replicas-to-write 0"),
        ])
        func whatTakesNoWrites(
            _ name: String, _ value: String, _ back: String, _ line: String, _ text: String
        ) throws {
            let redis = try TestRedis(["maxmemory": "100mb"])
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            #expect(try examine(daemon).status == 0)
            try redis.command("CONFIG", "SET", name, value)
            let denied = try daemon.ask("CHARGE idempotency_key k user u run r model gpt-4o")
            #expect(denied.errorCode == "UNAVAILABLE")
            #expect(try eventually { try examine(daemon).levels[line] == "fail" })
            #expect(try examine(daemon).texts[line]?.contains(text) == true)
            #expect(try examine(daemon).status == 1)
            try redis.command("CONFIG", "SET", name, back)
            #expect(try eventually(seconds: 5) { try examine(daemon).status == 0 })
        }

        /// Told by the doctor and once by the log, although it fails each second; gone when mended.
        @Test func aTenantThatCanNotBeLookedAfterIsTold() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            let held = try daemon.ask(
                "RESERVE idempotency_key k tenant acme user u run r model gpt-4o")
            #expect(held.isAllowed)
            #expect(try examine(daemon).levels["upkeep"] == "ok")
            try redis.command("RENAME", "b:{acme}:holds", "kept")
            try redis.command("SET", "b:{acme}:holds", "of another type")
            // It has failed for as long as some sweeps take.
            let lasts = try eventually {
                try examine(daemon).texts["upkeep"]?.contains(#/; for [3-9]s acme: sweep failed/#)
                    == true
            }
            let found = try examine(daemon)
            #expect(lasts, "\(found.texts)")
            #expect(found.levels["upkeep"] == "fail")
            #expect(found.texts["upkeep"]?.contains("a tenant is not wholly looked") == true)
            #expect(found.texts["upkeep"]?.contains("verify --tenant acme") == true)
            #expect(found.status == 1)
            let lines = daemon.log.split(separator: "\n")
            #expect(lines.count { $0.contains("sweep failed") } == 1, "\(daemon.log)")
            #expect(lines.count { $0.contains("Redis refused a question") } == 1)
            #expect(try Control("verify --tenant acme", socket: daemon.socketPath).status != 0)
            try redis.command("RENAME", "kept", "b:{acme}:holds")
            #expect(try eventually { try examine(daemon).levels["upkeep"] == "ok" })
            #expect(daemon.log.contains("upkeep goes on"))
            #expect(try examine(daemon).levels["policy"] == "ok")
            redis.kill()
            #expect(try eventually { try examine(daemon).levels["policy"] == "note" })
        }

        @Test func aRedisThatIsRefusedIsNotSaidToBeOutOfReach() throws {
            let redis = try TestRedis(["maxmemory-policy": "allkeys-lru"])
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis, isStarted: false)
            try daemon.launch()
            #expect(eventually { daemon.log.contains("maxmemory-policy is allkeys-lru") })
            let found = try examine(daemon)
            #expect(found.levels["redis answers"] == "fail", "\(found.texts)")
            let said = found.texts["redis answers"]
            #expect(said?.contains("no connection to Redis was ready") == true, "\(found.texts)")
            let why = found.texts["redis connection"]
            #expect(why?.contains("maxmemory-policy is allkeys-lru") == true, "\(found.texts)")
        }

        /// A key of another type is no outage: asking again helps nobody, and the log has it.
        @Test(arguments: [
            ("journal", "JOURNAL"), ("audit", "AUDIT"), ("steer", "LIMIT LIST"),
            ("holds", "COUNTERS"), ("rolled", "TOP user cost day"), ("run:r:tasks", "RUN r"),
        ])
        func whatRedisHoldsIsNoOutage(_ part: String, _ line: String) throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            try redis.command("SET", "b:{default}:" + part, "of another type")
            let answer = try daemon.ask(line)
            #expect(answer.errorCode == "INTERNAL", "\(answer)")
            #expect(daemon.log.contains(" error "), "\(daemon.log)")
            #expect(try daemon.ask(line + " tenant other").errorCode == nil)
        }

        @Test func daemonsThatDifferAndARedisThatIsAway() throws {
            let redis = try TestRedis()
            let first = try TestDaemon(policy: Policies.hasty, redis: redis)
            let second = try TestDaemon(policy: Policies.open, redis: redis)
            #expect(try eventually { try examine(first).levels["policy"] == "fail" })
            #expect(try examine(second).texts["policy"]?.contains("1 of 2 daemons") == true)
            #expect(try examine(second).status == 1)
            redis.kill()
            let away = try examine(first)
            #expect(away.status == 1)
            #expect(away.levels["redis answers"] == "fail", "\(away.texts)")
            #expect(away.levels["redis connection"] == "fail", "\(away.texts)")
            let told = away.texts["redis connection"]
            #expect(told?.contains("none to unix:\(redis.socketPath) for ") == true)
            // In words, not as a library's error has it, and nothing of before is said to be so.
            let gone = try eventually {
                let text = try examine(first).texts["redis connection"] ?? ""
                return text.contains(#/s: (No such file or directory|Connection refused) → /#)
            }
            let old = try examine(first)
            #expect(gone, "\(old.texts)")
            let fine = old.levels.filter { $0.value == "ok" }.map(\.key)
            #expect(Set(fine) == ["daemon", "socket"], "\(old.texts)")
            for line in ["redis version", "redis memory", "memory forecast", "redis clock"] {
                #expect(old.texts[line]?.contains(#/; as of \d+s ago → /#) == true, "\(line)")
            }
            let status = try Control("status --json", socket: first.socketPath)
            #expect(status.status == 0)
            #expect(status.json["redis"] as? String == "does not answer")
            #expect(status.json["redis_address"] as? String == "unix:\(redis.socketPath)")
            #expect(status.json["policy"] as? String != nil)
            #expect(try first.stop() == .exit(0))
            #expect(try Control("doctor", socket: first.socketPath).status == 3)
        }
    }
}
