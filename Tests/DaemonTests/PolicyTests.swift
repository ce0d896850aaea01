// A policy that changes while the daemon serves, and daemons that have two.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct PolicyTests {
        private func policy(cap: Int) -> String {
            """
            version: 1
            limits:
              - { name: calls, per: [user], window: lifetime, measure: calls, cap: \(cap) }
            prices: [prices.yaml]

            """
        }

        private func charge(_ client: Client, _ key: String) throws -> RESPValue {
            try client.ask("CHARGE idempotency_key \(key) user u run r model gpt-4o")
        }

        @Test func aReloadIsFeltByEveryLoopAndKeepsWhatWasUsed() throws {
            let daemon = try TestDaemon(policy: policy(cap: 1), options: ["--threads", "2"])
            let clients = try (0..<4).map { _ in try daemon.connect() }
            #expect(try charge(clients[0], "a").isAllowed)
            let before = try charge(clients[1], "b")
            #expect(before.text("decision") == "deny")
            try daemon.directory.write("policy.yaml", policy(cap: 2))
            let check = try clients[0].ask("POLICY CHECK")
            #expect(check.text("changed") == "1")
            #expect(try charge(clients[1], "b").text("policy") == before.text("policy"))
            let reload = try clients[0].ask("POLICY RELOAD")
            #expect(reload.text("reloaded") == "1")
            let digest = try #require(reload.text("digest"))
            #expect(digest != before.text("policy"))
            for client in clients {
                let usage = try client.ask("USAGE user u")
                #expect(usage.text("policy") == digest)
                #expect(usage.standing("calls") == "1 0 1")
            }
            #expect(try charge(clients[2], "c").isAllowed)
        }

        @Test func aFaultyFileChangesNothing() throws {
            let daemon = try TestDaemon(policy: policy(cap: 1))
            let before = try daemon.ask("POLICY SHOW").text("policy")
            try daemon.directory.write("policy.yaml", "version: 1\nlimits: many\ncolour: red\n")
            for verb in ["CHECK", "RELOAD"] {
                let answer = try daemon.ask("POLICY \(verb)")
                #expect(answer["faults"]?.array?.count == 2)
                #expect(answer.text("digest") == "null")
                #expect(answer.text("changed") == "0")
                #expect(answer.text("policy") == before)
            }
            #expect(try daemon.ask("USAGE user u").text("policy") == before)
        }

        @Test func aSignalReloadsToo() throws {
            let daemon = try TestDaemon(policy: policy(cap: 1))
            try daemon.directory.write("policy.yaml", policy(cap: 5))
            try daemon.process.signal(SIGHUP)
            #expect(
                try eventually { try daemon.ask("USAGE user u").standing("calls") == "0 0 5" })
        }

        /// Clients ask for it when they connect.
        @Test func whatToDoWithoutItIsTold() throws {
            let daemon = try TestDaemon(policy: policy(cap: 1))
            let told = { try daemon.ask("INFO policy").string ?? "" }
            #expect(try told().contains("\r\non_unavailable:deny\r\n"))
            try daemon.directory.write(
                "policy.yaml",
                policy(cap: 1) + "\non_unavailable: { cap: 0.50, within: 60s }\n")
            #expect(try daemon.ask("POLICY RELOAD").text("reloaded") == "1")
            let lines = [
                "on_unavailable:allow", "on_unavailable_cap_usd:0.5",
                "on_unavailable_within_ms:60000",
            ]
            #expect(try told().contains("\r\n" + lines.joined(separator: "\r\n") + "\r\n"))
        }

        @Test func daemonsThatDifferSaySo() throws {
            let redis = try TestRedis()
            let first = try TestDaemon(policy: policy(cap: 1), redis: redis)
            let second = try TestDaemon(policy: policy(cap: 2), redis: redis)
            for daemon in [first, second] {
                #expect(
                    try eventually {
                        try daemon.ask("INFO policy").string?
                            .contains("daemons:2\r\ndaemons_with_another_policy:1") == true
                    })
                #expect(try daemon.ask("POLICY SHOW").text("agree") == "0")
                #expect(daemon.log.contains("daemons on this redis have other policies"))
            }
            try second.directory.write("policy.yaml", policy(cap: 1))
            #expect(try second.ask("POLICY RELOAD").text("reloaded") == "1")
            for daemon in [first, second] {
                #expect(try eventually { try daemon.ask("POLICY SHOW").text("agree") == "1" })
            }
        }
    }
}
