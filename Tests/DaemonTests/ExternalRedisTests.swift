// A Redis of the operator's own: passwords, ACLs, TLS, and what of it is refused.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ExternalRedisTests {
        /// A Redis that passes every check.
        private static let sound = ["appendonly": "yes", "appendfsync": "always"]

        /// A daemon whose file has this behind `redis:`.
        private func daemon(
            _ settings: String, files: [String: String] = [:], policy: String = Policies.hasty
        ) throws -> TestDaemon {
            let daemon = try TestDaemon(policy: policy, isStarted: false)
            for (name, text) in files {
                let path = try daemon.directory.write(name, text)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: path)
            }
            try daemon.directory.write("budgetd.yaml", "redis: { \(settings) }\n")
            return daemon
        }

        private func file(_ daemon: TestDaemon) -> [String] {
            ["--config", daemon.directory.path + "/budgetd.yaml"]
        }

        private func expectServed(_ daemon: TestDaemon) throws {
            try daemon.start(file(daemon))
            let answer = try daemon.ask("CHARGE idempotency_key k user u run r model gpt-4o")
            #expect(answer.isAllowed, "\(daemon.log)")
        }

        /// Starts it and waits until its log says that.
        private func expectRefused(_ daemon: TestDaemon, saying text: String) throws {
            let process = try daemon.launch(file(daemon))
            #expect(eventually { daemon.log.contains(text) }, "\(daemon.log)")
            let line = "CHARGE idempotency_key k user u run r model gpt-4o"
            #expect(eventually { (try? daemon.ask(line).errorCode) == "UNAVAILABLE" })
            #expect(daemon.output == "")
            process.signal(SIGTERM)
            #expect(process.waitForEnd() == .exit(0))
        }

        @Test func aPasswordFromAFile() throws {
            let redis = try TestRedis(Self.sound.merging(["requirepass": "hunter2"]) { $1 })
            let url = "url: \"unix:\(redis.socketPath)\""
            let right = try daemon(url + ", password_file: p", files: ["p": "hunter2\n"])
            try expectServed(right)
            #expect(!right.log.contains("hunter2"))
            let wrong = try daemon(url + ", password_file: p", files: ["p": "hunter3\n"])
            try expectRefused(wrong, saying: "Redis refuses default with a password (WRONGPASS)")
            #expect(!wrong.log.contains("hunter3"))
            try expectRefused(try daemon(url), saying: "Redis asks for a password")
        }

        @Test func aUserOfAnACL() throws {
            let redis = try TestRedis(Self.sound)
            let rights = ["on", ">secret", "~*", "&*", "+@all"]
            for (name, less) in [("all", []), ("few", ["-config"])] {
                let words = ["ACL", "SETUSER", name] + rights + less
                let answer = try BlockingConnection(unixPath: redis.socketPath).command(words)
                #expect(answer == .simple("OK"))
            }
            let url = "url: \"unix:\(redis.socketPath)\", password_file: p, user: "
            let files = ["p": "secret"]
            try expectServed(try daemon(url + "all", files: files))
            try expectRefused(try daemon(url + "few", files: files), saying: "redis.assume")
            try expectServed(
                try daemon(url + "few, assume: { appendfsync: always }", files: files))
        }

        /// The words of the documentation that make a user.
        private func documentedUser() throws -> [String] {
            let path =
                Checkout.path + "/Sources/BudgetDaemon/Configuration/CONFIGURATION.md"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let block = try #require(text.firstMatch(of: /(ACL SETUSER budgetd [^`]+)```/)).1
            return block.split(whereSeparator: \.isWhitespace).map(String.init)
        }

        /// Holds that end at once, and a life that does, beside a limit of each kind.
        private static let restless =
            Policies.capped(1_000_000).replacing(
                "prices:",
                with: """
                      - { name: brief, per: [user], window: lifetime, idle: 1ms, \
                    measure: cost, cap: 9 }
                    reservations: { ttl: 60s, grace: 0s }
                    prices:
                    """)

        /// Every command and service of the daemon, as a user with these rights. What Redis refuses
        /// is in its ACL LOG; what it does is in its statistics, scripts' commands too.
        @Test func theDocumentedRightsSufficeAndAreNeeded() throws {
            let redis = try TestRedis(Self.sound)
            let user = try documentedUser()
            let made = try BlockingConnection(unixPath: redis.socketPath).command(user)
            #expect(made == .simple("OK"), "\(made)")
            let daemon = try daemon(
                "url: \"unix:\(redis.socketPath)\", user: budgetd, password_file: p",
                files: ["p": "password"], policy: Self.restless)
            try daemon.start(file(daemon))
            let watcher = try Watcher(try daemon.connect(), "events:default")
            let call = "user u session s run r agent a model gpt-4o output_tokens 100"
            for (number, operation) in NthCallTests.operations.enumerated() {
                let held = try daemon.ask("RESERVE idempotency_key h\(number) \(call)")
                let line = operation.line.replacing(" K", with: " k\(number)")
                    .replacing("ID", with: try #require(held.text("id")))
                let words = Client.words(line).map { $0.replacing("+", with: " ") }
                let answer = try daemon.connect().ask(words)
                #expect(answer.errorCode == nil, "\(line): \(answer)")
                _ = try daemon.ask("SUBJECT RESUME user u reason x idempotency_key r\(number)")
            }
            // Several in one call of the script, and a life that begins anew.
            let many = (0..<400).map { "RESERVE idempotency_key m\($0) tenant t model gpt-4o" }
            #expect(try daemon.connect().pipeline(many).allSatisfy(\.isAllowed))
            for key in 0..<50 {
                let line = "CHARGE idempotency_key b\(key) user brief model gpt-4o"
                #expect(try daemon.ask(line).isAllowed)
            }
            #expect(try watcher.told { $0.kind == "reserve" }.isEmpty == false)
            let reset = "LIMIT RESET limit cost user u reason x idempotency_key reset"
            #expect(try daemon.ask(reset).errorCode == nil)
            #expect(try daemon.ask("RESERVE idempotency_key short \(call) ttl_ms 1").isAllowed)
            let isSwept = try eventually {
                try daemon.ask("STATUS idempotency_key short").text("state") == "expired"
            }
            #expect(isSwept)
            let verified = try Control("verify", socket: daemon.socketPath)
            #expect(verified.status == 0, "\(verified.output)")
            let refused = try redis.command("ACL", "LOG")
            #expect(refused.array == [], "\(refused)")
            let used = try #require(redis.command("INFO", "commandstats").string)
            // Beside what only a journal that is old enough needs.
            for right in user.dropFirst(9) where right != "+xtrim" {
                #expect(used.contains("cmdstat_\(right.dropFirst()):"), "\(right) is not needed")
            }
        }

        /// Its script would end behind its first writes.
        @Test func aUserWithoutARightWritesNothing() throws {
            let redis = try TestRedis(Self.sound)
            let made = try redis.command(try documentedUser() + ["-zadd", "-hincrby"])
            #expect(made == .simple("OK"), "\(made)")
            let daemon = try daemon(
                "url: \"unix:\(redis.socketPath)\", user: budgetd, password_file: p",
                files: ["p": "password"])
            try expectRefused(
                daemon, saying: "Redis refuses the user budgetd the commands HINCRBY, ZADD on keys")
            #expect(try redis.command("DBSIZE") == .integer(0))
        }

        @Test func overTLS() throws {
            let certificates = try Certificates()
            try certificates.makeAuthority("other")
            let port = try LoopbackPort.free()
            let redis = try TestRedis(
                Self.sound.merging([
                    "tls-port": "\(port)", "bind": "127.0.0.1", "tls-auth-clients": "no",
                    "tls-cert-file": certificates.path("server.pem"),
                    "tls-key-file": certificates.path("server.key"),
                    "tls-ca-cert-file": certificates.path("ca.pem"),
                ]) { $1 })
            for host in ["localhost", "127.0.0.1"] {
                let url = "url: \"rediss://\(host):\(port)\", tls_ca: "
                try expectServed(try daemon(url + certificates.path("ca.pem")))
            }
            let forged = "url: \"rediss://localhost:\(port)\", tls_ca: "
            try expectRefused(
                try daemon(forged + certificates.path("other.pem")),
                saying: "CERTIFICATE_VERIFY_FAILED")
            #expect(try redis.command("PING") == .simple("PONG"))
        }

        @Test(arguments: [
            ["appendonly": "no"], ["appendfsync": "no"], ["no-appendfsync-on-rewrite": "yes"],
        ])
        func whatIsNotDurableHasToBeWaived(_ setting: [String: String]) throws {
            let redis = try TestRedis(Self.sound.merging(setting) { $1 })
            let url = "url: \"unix:\(redis.socketPath)\""
            let name = try #require(setting.keys.first)
            try expectRefused(try daemon(url), saying: "or redis.allow: [\(name)]")
            try expectServed(try daemon(url + ", allow: [\(name)]"))
        }

        @Test func anEvictingOneIsRefusedWhateverIsAllowed() throws {
            let redis = try TestRedis(
                Self.sound.merging(["maxmemory-policy": "volatile-lru"]) { $1 })
            let url = "url: \"unix:\(redis.socketPath)\", allow: [appendonly]"
            try expectRefused(
                try daemon(url), saying: "expected CONFIG SET maxmemory-policy noeviction")
        }

        @Test func everysecIsWarnedOf() throws {
            let redis = try TestRedis(Self.sound.merging(["appendfsync": "everysec"]) { $1 })
            let served = try daemon("url: \"unix:\(redis.socketPath)\"")
            try expectServed(served)
            #expect(served.log.contains("appendfsync is everysec"))
        }
    }
}
