// TCP and its tokens before a whole daemon.

import AccessTokens
import BudgetService
import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct TokenTests {
        @Test func aTokenIsNeededAndSuffices() throws {
            var tokens = TokenFile()
            let secret = try tokens.create(
                name: "gw", role: .worker, tenant: "acme", now: wallClock()
            ).revealed
            let door = try TokenDaemon(tokens: tokens)
            let client = try door.client
            #expect(try client.ask("PING").errorCode == "NOAUTH")
            #expect(try client.ask("AUTH bgt_wrong").errorCode == "WRONGPASS")
            #expect(try client.ask("AUTH other \(secret)").errorCode == "WRONGPASS")
            #expect(try client.ask("AUTH gw \(secret)") == .simple("OK"))
            let held = try client.ask("RESERVE idempotency_key k user u run r model gpt-4o")
            #expect(held.text("id")?.hasPrefix("acme.") == true)
            #expect(try client.ask("USAGE tenant other user u").errorCode == "NOPERM")
            #expect(try client.ask("RUN r").errorCode == "NOPERM")
            // What is of all tenants together is not for it.
            for line in ["INFO", "INFO everything", "INFO store clients stats server policy"] {
                let known = try #require(client.ask(line).string)
                #expect(known.contains("budgetd_version:0.") && known.contains("policy:"))
                for part in ["store_", "connected_clients", "total_commands"] {
                    #expect(!known.contains(part), "\(line): \(known)")
                }
            }
            let other = try door.client
            #expect(try other.ask("HELLO 3 AUTH default \(secret)")["proto"] == .integer(3))
            #expect(try other.ask("AUTH \(secret)") == .simple("OK"))
            let log = door.daemon.log
            #expect(!log.contains(secret))
            #expect(!log.contains("bgt_wrong"))
        }

        @Test func rotationCutsNobodyOffAndRevocationDoes() throws {
            var tokens = TokenFile()
            let old = try tokens.create(name: "gw", role: .worker, now: wallClock()).revealed
            let oldID = tokens.tokens[0].id
            let door = try TokenDaemon(tokens: tokens)
            let (first, second) = (try door.client, try door.client)
            #expect(try first.ask("AUTH \(old)") == .simple("OK"))
            let new = try tokens.create(name: "gw", role: .worker, now: wallClock()).revealed
            try door.write(tokens)
            #expect(
                try eventually { try second.ask("AUTH \(new)") == .simple("OK") },
                "\(door.daemon.log)")
            #expect(try first.ask("PING") == .simple("PONG"))
            try tokens.revoke(name: "gw", id: oldID)
            try door.write(tokens)
            #expect(try eventually { try first.ask("PING").errorCode == "NOAUTH" })
            #expect(throws: (any Error).self) { try first.ask("PING") }
            #expect(try second.ask("PING") == .simple("PONG"))
        }

        @Test func aBrokenFileLeavesTheTokensAsTheyWere() throws {
            var tokens = TokenFile()
            let secret = try tokens.create(name: "gw", role: .worker, now: wallClock()).revealed
            let door = try TokenDaemon(tokens: tokens)
            let client = try door.client
            #expect(try client.ask("AUTH \(secret)") == .simple("OK"))
            try door.daemon.directory.write("tokens", "nonsense\n")
            try door.daemon.process.signal(SIGHUP)
            #expect(eventually { door.daemon.log.contains("tokens not read") })
            #expect(try client.ask("PING") == .simple("PONG"))
            #expect(try door.client.ask("AUTH \(secret)") == .simple("OK"))
        }

        @Test func tooManyWrongOnesHaveToWait() throws {
            let door = try TokenDaemon()
            let client = try door.client
            for _ in 0..<5 { #expect(try client.ask("AUTH x").errorCode == "WRONGPASS") }
            #expect(try client.ask("AUTH x").errorCode == "OVERLOADED")
            #expect(try door.daemon.ask("PING") == .simple("PONG"), "the unix socket goes on")
        }

        @Test func moreConnectionsThanWantedAreRefused() throws {
            let door = try TokenDaemon(listen: ", max_connections: 2")
            let open = [try door.client, try door.client]
            for client in open { #expect(try client.ask("PING").errorCode == "NOAUTH") }
            #expect(try door.client.read().errorCode == "OVERLOADED")
        }
    }
}
