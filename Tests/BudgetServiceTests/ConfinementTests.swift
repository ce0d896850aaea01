// A caller that is bound to a tenant: the table of commands is walked, so that a command that is
// added later is walked too.

import BudgetModel
import BudgetService
import Testing

@Suite struct ConfinementTests {
    private static let policy = """
        fields: { cost_center: tenant }
        limits:
          - { name: daily, per: [user], window: day, measure: calls, cap: 10 }
        """
    private static let bound = Caller(role: .admin, name: "token:gw", tenant: "acme")
    private static let digest = "p5N7ZLjKpY8Dchu2us9ceA"

    /// A request of that command that makes sense, without a tenant where there needn't be one.
    private func words(_ command: Command, idOf tenant: String) -> [String] {
        var words = [command.rawValue]
        for position in command.spec.positions {
            switch position {
            case "id": words.append("\(tenant).\(Self.digest)")
            case "field": words.append("user")
            case "measure": words.append("cost")
            case "window": words.append("day")
            default: words.append("r")
            }
        }
        for field in command.spec.required {
            switch field {
            case .limit: words += ["limit", "daily"]
            case .until: words += ["until_ms", "1900000000000"]
            case .cap, .amount, .ttl, .asOf: words += [field.rawValue, "5000"]
            case .changes: words += ["changes", "s:calls 1 2 0"]
            default: words += [field.rawValue, "x"]
            }
        }
        let spends = command.spec.takes(.user) && command.spec.required.contains(.idempotencyKey)
        if spends || command == .usage || command == .check || command == .subjectShow {
            words += ["user", "u"]
        }
        return words
    }

    private func hasID(_ command: Command) -> Bool { command.spec.positions.contains("id") }

    @Test(arguments: Command.allCases)
    func itsOwnTenantIsTakenWhereNoneIsGiven(_ command: Command) throws {
        let desk = try Desk(Self.policy)
        let answer = try desk.ask(words(command, idOf: "acme"), as: Self.bound)
        guard !command.spec.isHouseWide else {
            #expect(answer.lines.hasPrefix("NOPERM token:gw is bound"), "\(answer)")
            return
        }
        #expect(!desk.store.tenants.isEmpty, "\(answer)")
        #expect(desk.store.tenants.allSatisfy { $0 == "acme" })
    }

    @Test(arguments: Command.allCases, ["tenant", "cost_center"])
    func anotherTenantIsRefused(_ command: Command, _ name: String) throws {
        let desk = try Desk(Self.policy)
        var reached = command.spec.isHouseWide ? 1 : 0
        if command.spec.takes(.tenant), !hasID(command) || command.spec.isPositionOptional {
            var words = words(command, idOf: "acme")
            if command == .status { words = ["STATUS", "idempotency_key", "x"] }
            let answer = try desk.ask(words + [name, "other"], as: Self.bound)
            #expect(answer.lines.hasPrefix("NOPERM token:gw is bound"), "\(answer)")
            reached += 1
        }
        if hasID(command) {
            for tenant in ["other", "acme.x", "ACME", "acm", "default"] {
                let answer = try desk.ask(words(command, idOf: tenant), as: Self.bound)
                #expect(answer.lines.hasPrefix("NOPERM token:gw is bound"), "\(answer)")
            }
            reached += 1
        }
        #expect(reached > 0, "\(command.rawValue) is about no tenant: nobody bound may use it")
        #expect(desk.store.tenants.isEmpty)
    }

    /// To Swift both spellings are equal; to Redis they are two tenants.
    @Test func spellingsOfOneNameAreTwoTenants() throws {
        let desk = try Desk(Self.policy)
        let bound = Caller(role: .worker, name: "token:x", tenant: "caf\u{e9}")
        let answer = try desk.ask(["STATUS", "cafe\u{301}.\(Self.digest)"], as: bound)
        #expect(answer.lines.hasPrefix("NOPERM"))
        let own = try desk.ask(
            ["USAGE", "tenant", "cafe\u{301}", "user", "u"], as: bound)
        #expect(!own.lines.hasPrefix("NOPERM"), "a field is brought into one form first")
    }

    @Test func whoIsNotBoundReachesEveryTenant() throws {
        let desk = try Desk(Self.policy)
        for tenant in ["a", "b"] {
            try desk.ask("USAGE user u tenant \(tenant)")
        }
        #expect(desk.store.tenants == ["a", "b"])
    }
}
