// The whole table of commands, walked: by every role, and by everybody who is bound to a tenant.

import AccessTokens
import BudgetService
import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct WalkTests {
        /// Clients on the TCP listener, by role, all bound to a tenant or all to none.
        private struct Door {
            let daemon: TokenDaemon
            private var secrets: [Role: String] = [:]

            init(redis: TestRedis, tenant: String?) throws {
                var tokens = TokenFile()
                for role in Role.allCases {
                    secrets[role] =
                        try tokens.create(
                            name: role.name, role: role, tenant: tenant, now: wallClock()
                        ).revealed
                }
                let policy = Policies.hasty + "\nfields: { cost_center: tenant }\n"
                daemon = try TokenDaemon(policy: policy, tokens: tokens, redis: redis)
            }

            func client(_ role: Role) throws -> Client {
                let client = try daemon.client
                let answer = try client.ask(["AUTH", secrets[role] ?? ""])
                #expect(answer == .simple("OK"))
                return client
            }
        }

        @Test func everyRoleMayWhatTheTableSays() throws {
            let door = try Door(redis: try TestRedis(), tenant: nil)
            let inside = try door.daemon.daemon.connect()
            for role in Role.allCases {
                let client = try door.client(role)
                for command in Command.allCases {
                    let key = "\(role.name) \(command.rawValue)"
                    let held = try inside.ask([
                        "RESERVE", "idempotency_key", "h " + key, "user", "h " + key, "model",
                        "gpt-4o",
                    ])
                    let id = try #require(held.text("id"), "\(held)")
                    let request = EveryCommand(id: id, name: role.name).words(command)
                    let answer = try client.ask(request)
                    if role < command.spec.role {
                        #expect(answer.errorCode == "NOPERM", "\(role) \(request): \(answer)")
                        #expect(try inside.ask("STATUS \(id)").text("state") == "held")
                    } else {
                        #expect(answer.errorCode == nil, "\(role) \(request): \(answer)")
                    }
                    // Queued, it is decided by the same table.
                    _ = try client.ask("MULTI")
                    _ = try client.ask(request)
                    let queued = try client.ask("EXEC")
                    let isRefused =
                        queued.errorCode == "EXECABORT" || queued[0]?.errorCode == "NOPERM"
                    #expect(isRefused == (role < command.spec.role), "\(request): \(queued)")
                }
            }
        }

        @Test func promise13ACallerThatIsBoundReachesNoOtherTenant() throws {
            let redis = try TestRedis()
            let door = try Door(redis: redis, tenant: "acme")
            let inside = try door.daemon.daemon.connect()
            let ids = try fill(inside)
            let before = try others(redis)
            for role in Role.allCases {
                let client = try door.client(role)
                for command in Command.allCases {
                    try walk(command, role, client, ids)
                    #expect(try others(redis) == before, "\(role) \(command.rawValue)")
                }
            }
            #expect(before.count > 6)
        }

        /// A number in turn would tell each client how many others come.
        @Test func aConnectionsNameTellsOfNoOther() throws {
            let daemon = try TestDaemon(policy: Policies.hasty)
            let ids = try (0..<4).map { _ in
                try #require(try daemon.connect().ask("CLIENT ID").integer)
            }
            #expect(Set(ids).count == 4)
            #expect(ids.allSatisfy { (1 << 20..<1 << 53).contains($0) }, "\(ids)")
        }

        /// What the tenant `other` has: each of it says `zelda`.
        private func fill(_ inside: Client) throws -> (other: String, own: String) {
            let whose = "tenant other user zelda session zelda run zelda task zelda agent zelda"
            let call = "\(whose) model gpt-4o output_tokens 1000"
            let held = try inside.ask("RESERVE idempotency_key zelda \(call)")
            for line in [
                "CHARGE idempotency_key zelda-2 \(call)",
                "LIMIT SET limit calls tenant other user zelda cap 9 reason zelda "
                    + "idempotency_key zelda-3",
                "SUBJECT SUSPEND tenant other run zelda reason zelda idempotency_key zelda-4",
            ] {
                #expect(try inside.ask(line).errorCode == nil, "\(line)")
            }
            let own = try inside.ask(
                "RESERVE idempotency_key own tenant acme user u model gpt-4o")
            return (try #require(held.text("id")), try #require(own.text("id")))
        }

        /// The other tenant's keys, and what they hold.
        private func others(_ redis: TestRedis) throws -> [String: RedisDump.Entry] {
            try RedisDump(redis).entries.filter { $0.key.hasPrefix("b:{other}") }
        }

        private func walk(
            _ command: Command, _ role: Role, _ client: Client, _ ids: (other: String, own: String)
        ) throws {
            let spec = command.spec
            let name = "walk \(role.name)"
            let own = EveryCommand(id: ids.own, run: "zelda", name: name)
            var asked = [own.words(command)]
            var refused: [[String]] = spec.isHouseWide ? asked : []
            if spec.takes(.tenant), spec.positions.isEmpty || !spec.positions.contains("id") {
                refused.append(own.words(command, ["tenant", "other"]))
                refused.append(own.words(command, ["cost_center", "other"]))
            }
            if spec.positions.contains("id") {
                let other = EveryCommand(id: ids.other, run: "zelda", name: name)
                refused.append(other.words(command))
                // One that never was is refused in the same words.
                let never = "other." + String(repeating: "A", count: 22)
                refused.append(EveryCommand(id: never, name: name).words(command))
            }
            if command == .status {
                refused.append(["STATUS", "idempotency_key", "zelda", "tenant", "other"])
                asked.append(["STATUS", "idempotency_key", "zelda"])
            }
            for request in refused {
                let answer = try client.ask(request)
                #expect(answer.errorCode == "NOPERM", "\(role) \(request): \(answer)")
                #expect(!answer.texts.contains("zelda"), "\(role) \(request): \(answer)")
            }
            for request in asked where role >= spec.role && !spec.isHouseWide {
                let answer = try client.ask(request)
                #expect(answer.errorCode != "NOPERM", "\(role) \(request): \(answer)")
                // The run's name is what was asked for; of what is in it nothing is told.
                let told = answer.texts.components(separatedBy: "zelda").count - 1
                #expect(told == (command == .run ? 1 : 0), "\(role) \(request): \(answer)")
            }
        }
    }
}

extension RESPValue {
    /// All texts in it, line by line.
    fileprivate var texts: String {
        switch self {
        case .array(let values): values.map(\.texts).joined(separator: "\n")
        case .map(let entries):
            entries.map { $0.key.texts + "\n" + $0.value.texts }.joined(separator: "\n")
        case .error(let line): line
        default: string ?? ""
        }
    }
}
