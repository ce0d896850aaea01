// budgetctl before a whole daemon: over TCP and TLS with tokens, and what it does to the tokens and
// the policy.

import AccessTokens
import BudgetService
import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ControlTests {
        private func tokens(_ role: Role) throws -> (TokenFile, secret: String) {
            var tokens = TokenFile()
            let secret = try tokens.create(name: "ann", role: role, now: wallClock()).revealed
            return (tokens, secret)
        }

        @Test func aTokenFromTheEnvironmentOrAFile() throws {
            let (tokens, secret) = try tokens(.ops)
            let door = try TokenDaemon(tokens: tokens)
            let address = "redis://127.0.0.1:\(door.port)"
            let none = try Control("usage user=u", socket: address)
            #expect(none.status == 1)
            #expect(none.errors.contains("NOAUTH"), "\(none.errors)")
            #expect(none.errors.contains("BUDGETD_TOKEN"))
            let wrong = try Control("usage user=u", socket: address, token: "bgt_wrong")
            #expect(wrong.status == 1)
            #expect(wrong.errors.contains("WRONGPASS"), "\(wrong.errors)")
            #expect(!wrong.errors.contains("bgt_wrong"))
            let right = try Control("usage user=u --json", socket: address, token: secret)
            #expect(right.status == 0, "\(right.errors)")
            #expect(right.list("limits").count == 2)
            let path = try door.daemon.directory.write("mine", secret + "\n")
            chmod(path, 0o600)
            let file = try Control("run r --token-file \(path)", socket: address)
            #expect(file.status == 0, "\(file.errors)")
            let admin = try Control("audit --token-file \(path)", socket: address)
            #expect(admin.status == 1)
            #expect(admin.errors.contains("the token says the role"), "\(admin.errors)")
        }

        @Test func overTLSWithAnAuthorityOrACertificate() throws {
            let certificates = try Certificates()
            try certificates.sign("boss", names: "DNS:boss.example")
            try certificates.makeAuthority("other")
            let (tokens, secret) = try tokens(.ops)
            let door = try TokenDaemon(
                listen: ", tls: { certificate: \(certificates.path("server.pem")), "
                    + "key: \(certificates.path("server.key")), "
                    + "client_ca: \(certificates.path("ca.pem")), "
                    + "clients: { boss.example: { role: admin } } }", tokens: tokens)
            let own = "--tls-ca " + certificates.path("ca.pem")
            for host in ["127.0.0.1", "localhost"] {
                let address = "rediss://\(host):\(door.port)"
                let run = try Control("run r \(own)", socket: address, token: secret)
                #expect(run.status == 0, "\(run.errors)")
                let unknown = try Control("run r", socket: address, token: secret)
                #expect(unknown.status == 3)
                #expect(unknown.errors.contains("--tls-ca names"), "\(unknown.errors)")
                #expect(unknown.errors.contains("its certificate is not trusted"))
                #expect(!unknown.errors.contains("OPENSSL") && !unknown.errors.contains(".cc"))
                let other = "--tls-ca " + certificates.path("other.pem")
                #expect(try Control("run r \(other)", socket: address).status == 3)
            }
            let server = "--server localhost:\(door.port)"
            let short = try Control("run r \(own) \(server)", token: secret)
            #expect(short.status == 0, "\(short.errors)")
            let stranger = try Control("run r \(own) \(server)")
            #expect(stranger.status == 1, "\(stranger.errors)")
            let address = "rediss://localhost:\(door.port)"
            let boss =
                "--tls-cert \(certificates.path("boss.pem")) "
                + "--tls-key \(certificates.path("boss.key"))"
            let audit = try Control("audit \(own) \(boss)", socket: address)
            #expect(audit.status == 0, "\(audit.errors)")
            let half = try Control(
                "audit --tls-cert \(certificates.path("boss.pem"))", socket: address)
            #expect(half.status == 2)
            let plain = try Control(
                "audit", socket: "redis://127.0.0.1:\(door.port)", token: secret)
            #expect(plain.status == 3, "\(plain.errors)")
        }

        @Test func aCertificateOfAnotherHost() throws {
            let certificates = try Certificates()
            try certificates.sign("elsewhere", names: "DNS:elsewhere.example")
            let door = try TokenDaemon(
                listen: ", tls: { certificate: \(certificates.path("elsewhere.pem")), "
                    + "key: \(certificates.path("elsewhere.key")) }")
            let own = "--tls-ca " + certificates.path("ca.pem")
            for host in ["127.0.0.1", "localhost"] {
                let run = try Control("status \(own)", socket: "rediss://\(host):\(door.port)")
                #expect(run.status == 3)
                #expect(
                    run.errors.contains("its certificate names another host\n"), "\(run.errors)")
            }
        }

        @Test func whatIsNoSocketOfBudgetd() throws {
            let daemon = try HTTPDaemon()
            let plain = try Control("status", socket: "redis://127.0.0.1:\(daemon.port)")
            #expect(plain.status == 3, "\(plain.errors)")
            #expect(plain.errors.contains("is no budgetd socket"), "\(plain.errors)")
            let server = try Control("status --server 127.0.0.1:\(daemon.port)")
            #expect(server.status == 3, "\(server.errors)")
            #expect(server.errors.contains("it speaks no TLS"), "\(server.errors)")
            let redis = try TestRedis()
            let other = try Control("status", socket: redis.socketPath)
            #expect(other.status == 3, "\(other.errors)")
            #expect(other.errors.contains("is no budgetd socket"), "\(other.errors)")
        }

        @Test func aTokenIsCreatedUsedRotatedAndRevoked() throws {
            let door = try TokenDaemon()
            let address = "redis://127.0.0.1:\(door.port)"
            let file = "--file " + door.daemon.directory.path + "/tokens"
            let made = try Control("token create gw --role ops --tenant acme --for 90d \(file)")
            #expect(made.status == 0, "\(made.errors)")
            let secret = made.output.trimmingCharacters(in: .newlines)
            #expect(secret.hasPrefix("bgt_"))
            #expect(!door.daemon.directory.text("tokens").contains(secret))
            func usage(_ tenant: String, _ token: String) throws -> Int32? {
                try Control("run r --tenant \(tenant)", socket: address, token: token).status
            }
            #expect(try eventually { try usage("acme", secret) == 0 }, "\(door.daemon.log)")
            #expect(try usage("other", secret) == 1)
            let books = try Control("verify --json", socket: address, token: secret)
            #expect(books.status == 0, "\(books.errors)")
            #expect(books.json["tenant"] as? String == "acme", "that of the token")
            let second = try Control("token create gw --role ops --tenant acme --json \(file)")
            let next = try #require(second.list("tokens").first?["token"] as? String)
            let third = try Control("token create gw --role ops --tenant acme \(file)")
            #expect(third.status == 1)
            #expect(third.errors.contains("gw has 2 valid tokens"), "\(third.errors)")
            #expect(try eventually { try usage("acme", next) == 0 })
            let list = try Control("token list \(file) --json").list("tokens")
            #expect(list.count == 2)
            #expect(list.allSatisfy { $0["token"] == nil && $0["valid"] as? Int == 1 })
            let id = try #require(list.first?["id"] as? String)
            #expect(try Control("token revoke gw --id \(id) \(file)").status == 0)
            #expect(try eventually { try usage("acme", secret) == 1 })
            #expect(try usage("acme", next) == 0)
            let table = try Control("token list \(file)").output
            #expect(table.contains(/gw +\w{8} +ops +acme +never/), "\(table)")
            #expect(try Control("token revoke gone \(file)").status == 1)
        }

        @Test func aReloadIsShownDoneAndEntered() throws {
            let daemon = try TestDaemon(policy: Policies.capped(1))
            let socket = daemon.socketPath
            let before = try #require(daemon.ask("POLICY SHOW").text("policy"))
            try daemon.directory.write("policy.yaml", Policies.capped(2))
            let check = try Control("policy check", socket: socket)
            #expect(check.status == 0, "\(check.errors)")
            #expect(check.output.contains("valid, another one than in force"))
            let reload = try Control("policy reload --reason more", socket: socket)
            #expect(reload.status == 0, "\(reload.errors)")
            #expect(reload.output.hasSuffix("in force now\n"))
            let again = try Control("policy reload", socket: socket)
            #expect(again.output.hasSuffix("in force as before\n"))
            let show = try Control("policy show --json", socket: socket)
            #expect(show.status == 0, "\(show.output)")
            let after = try #require(show.json["policy"] as? String)
            let entries = try Control("audit --json", socket: socket).list("entries")
            #expect(entries.count == 1)
            let entry = try #require(entries.first)
            #expect(entry["action"] as? String == "policy")
            #expect((entry["actor"] as? String)?.hasPrefix("uid:") == true)
            #expect(entry["reason"] as? String == "more")
            #expect(entry["before"] as? String == before)
            #expect(entry["after"] as? String == after)
            try daemon.directory.write("policy.yaml", "version: 1\nlimits: many\n")
            for verb in ["check", "reload"] {
                let faulty = try Control("policy \(verb)", socket: socket)
                #expect(faulty.status == 1)
                #expect(faulty.output.contains("policy.yaml:2: limits"), "\(faulty.output)")
            }
            try daemon.directory.write("policy.yaml", Policies.capped(3))
            try daemon.process.signal(SIGHUP)
            #expect(
                try eventually {
                    try daemon.ask("AUDIT").maps("entries").first?.text("actor") == "SIGHUP"
                })
            #expect(try Control("verify", socket: socket).status == 0)
            let audit = try Control("audit verify", socket: socket)
            #expect(audit.status == 0, "\(audit.output)")
        }

        /// What can't be entered in the audit is not done.
        @Test func promise11NoReloadWithoutItsEntry() throws {
            let redis = try TestRedis(["appendonly": "yes", "appendfsync": "always"])
            let daemon = try TestDaemon(policy: Policies.capped(1), redis: redis)
            let client = try daemon.connect()
            let before = try client.ask("POLICY SHOW").text("policy")
            try daemon.directory.write("policy.yaml", Policies.capped(2))
            redis.kill()
            let refused = try client.ask("POLICY RELOAD")
            #expect(["UNAVAILABLE", "OUTCOME_UNKNOWN"].contains(refused.errorCode), "\(refused)")
            #expect(try client.ask("POLICY SHOW").text("policy") == before)
            try redis.start()
            #expect(try eventually { try client.ask("POLICY RELOAD").text("changed") == "1" })
            #expect(try client.ask("POLICY SHOW").text("policy") != before)
        }
    }
}
