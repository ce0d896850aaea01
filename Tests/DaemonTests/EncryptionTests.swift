// TLS and client certificates before a whole daemon, by redis-cli.

import AccessTokens
import BudgetService
import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct EncryptionTests {
        let certificates: Certificates

        init() throws {
            certificates = try Certificates()
            try certificates.sign("gateway", names: "DNS:gateway.example")
            try certificates.sign("nobody", names: "DNS:nobody.example")
            try certificates.makeAuthority("other")
            try certificates.sign("forged", names: "DNS:gateway.example", by: "other")
        }

        private func settings(clients: Bool) -> String {
            let own =
                "certificate: \(certificates.path("server.pem")), "
                + "key: \(certificates.path("server.key"))"
            let more =
                ", client_ca: \(certificates.path("ca.pem")), "
                + "clients: { gateway.example: { role: worker, tenant: acme } }"
            return ", tls: { \(own)\(clients ? more : "") }"
        }

        /// What redis-cli says with a client's certificate, or with none.
        private func ask(
            _ door: TokenDaemon, as client: String?, _ line: String
        ) throws -> String {
            var options = [
                "redis-cli", "-h", "127.0.0.1", "-p", "\(door.port)", "--tls", "--cacert",
                certificates.path("ca.pem"),
            ]
            if let client {
                options += [
                    "--cert", certificates.path(client + ".pem"), "--key",
                    certificates.path(client + ".key"),
                ]
            }
            let result = try Program(options + Client.words(line))
            return result.output + result.errors
        }

        @Test func aTokenOverTLS() throws {
            var tokens = TokenFile()
            let secret = try tokens.create(name: "gw", role: .worker, now: wallClock()).revealed
            let door = try TokenDaemon(listen: settings(clients: false), tokens: tokens)
            #expect(try ask(door, as: nil, "-a \(secret) --no-auth-warning PING") == "PONG\n")
            #expect(try ask(door, as: nil, "PING").hasPrefix("NOAUTH"))
            let plain = try door.client
            #expect(throws: (any Error).self) { try plain.ask("PING") }
            #expect(try door.daemon.ask("PING") == .simple("PONG"))
        }

        @Test func aCertificatesNameIsARole() throws {
            let door = try TokenDaemon(listen: settings(clients: true))
            #expect(try ask(door, as: "gateway", "PING") == "PONG\n")
            let info = try ask(door, as: "gateway", "CLIENT INFO")
            #expect(info.contains("user=certificate:gateway.example role=worker"))
            #expect(try ask(door, as: "gateway", "USAGE user u tenant acme").contains("limits"))
            #expect(try ask(door, as: "gateway", "USAGE user u tenant b").hasPrefix("NOPERM"))
            #expect(try ask(door, as: "gateway", "LIMIT LIST").hasPrefix("NOPERM"))
            #expect(try ask(door, as: "nobody", "PING").hasPrefix("NOAUTH"))
            #expect(try ask(door, as: nil, "PING").hasPrefix("NOAUTH"))
            let forged = try ask(door, as: "forged", "PING")
            #expect(!forged.contains("PONG") && !forged.contains("NOAUTH"), "\(forged)")
        }

        @Test func withoutTokensACertificateIsNeeded() throws {
            let door = try TokenDaemon(listen: settings(clients: true), usesTokens: false)
            #expect(try ask(door, as: "gateway", "PING") == "PONG\n")
            let stranger = try ask(door, as: nil, "PING")
            #expect(!stranger.contains("PONG") && !stranger.contains("NOAUTH"), "\(stranger)")
        }

        @Test func plainTextLeavesTheMachineForNobody() throws {
            let directory = try TestDirectory()
            try TokenFile().write(path: directory.path + "/tokens")
            let path = try directory.write(
                "b.yaml", "listen: { address: \"0.0.0.0:6390\", tokens: tokens }\n")
            let refused = try Program([TestDaemon.program, "--config", path])
            #expect(refused.ending == .exit(78))
            #expect(refused.errors.contains("b.yaml:1: listen.address: \"0.0.0.0:6390\" can be"))
            #expect(refused.errors.contains("expected tls, or 127.0.0.1"))
        }

        @Test func akeyOfAnotherCertificateIsRefused() throws {
            let directory = try TestDirectory()
            let path = try directory.write(
                "b.yaml",
                "listen: { address: \"0.0.0.0:6390\", tls: { certificate: "
                    + "\(certificates.path("server.pem")), key: "
                    + "\(certificates.path("nobody.key")), client_ca: "
                    + "\(certificates.path("ca.pem")), clients: { a: { role: ops } } } }\n")
            let refused = try Program([TestDaemon.program, "--config", path])
            #expect(refused.ending == .exit(78))
            #expect(refused.errors.contains("a key that belongs to the certificate"))
        }
    }
}
