// What the daemon can't do of its own accord, for as long as that lasts: INFO's section Upkeep and
// `budgetctl doctor` tell it, and the log has a line when it begins, when it is another fault, when
// it ends, and at times that grow between.

import BudgetModel
import BudgetStore
import Foundation
import RedisClient
import SocketAPI
import Synchronization

/// The troubles of a daemon's upkeep, all loops' together.
final class UpkeepTroubles: Sendable {
    /// What is not done for whom.
    struct Chore: Hashable {
        /// Nil where it is about all of them: Redis can't be asked.
        var tenant: String?
        /// What its failure is called in the log, and which of them it is.
        var name: String
        var place: Int
    }

    private struct Trouble {
        let error: String
        /// Unix time in milliseconds.
        let since: Int64
    }

    private struct State {
        var troubles: [Chore: Trouble] = [:]
        var told = RepeatedFaults()
    }

    /// Tenants that INFO names.
    private static let mostNames = 10

    private let state = Mutex(State())

    /// Takes that a chore failed.
    ///
    /// - Parameter now: Unix time in milliseconds; so are the others.
    /// - Returns: whether that is to be logged.
    func failed(_ chore: Chore, _ error: String, at now: Int64) -> Bool {
        state.withLock { state in
            let since = state.troubles[chore]?.since ?? now
            state.troubles[chore] = Trouble(error: error, since: since)
            return state.told.isNews(Self.line(chore, error), at: now)
        }
    }

    /// Takes that a chore was done.
    ///
    /// - Returns: whether it had failed the last time.
    func done(_ chore: Chore) -> Bool {
        state.withLock { state in
            guard let trouble = state.troubles.removeValue(forKey: chore) else { return false }
            state.told.forget(Self.line(chore, trouble.error))
            return true
        }
    }

    private static func line(_ chore: Chore, _ error: String) -> String {
        "\(chore.tenant ?? "")\n\(chore.name)\n\(chore.place)\n\(error)"
    }

    /// How many tenants are not looked after.
    var count: Int { tenants(state.withLock(\.troubles)).count }

    private func tenants(_ troubles: [Chore: Trouble]) -> [String] {
        Set(troubles.keys.compactMap(\.tenant)).sorted()
    }

    /// What INFO shows: who is not looked after, and what lasts longest of that.
    ///
    /// - Parameter now: Unix time in milliseconds.
    func information(at now: Int64) -> InformationSection {
        let troubles = state.withLock(\.troubles)
        let names = tenants(troubles)
        var lines = [("upkeep_tenants_in_trouble", "\(names.count)")]
        let longest = troubles.filter { $0.key.tenant != nil }.min {
            ($0.value.since, $0.key.tenant ?? "") < ($1.value.since, $1.key.tenant ?? "")
        }
        if let (chore, trouble) = longest {
            let shown = names.prefix(Self.mostNames).map(Escaping.component)
            let whose = Escaping.component(chore.tenant ?? "")
            lines += [
                ("upkeep_tenants", shown.joined(separator: ",")),
                ("upkeep_error", "\(whose): \(chore.name): \(Self.oneLine(trouble.error))"),
                ("upkeep_error_for_ms", "\(max(0, now - trouble.since))"),
            ]
        }
        return InformationSection("Upkeep", lines, isOfAllTenants: true)
    }

    private static func oneLine(_ text: String) -> String {
        text.replacing("\r", with: " ").replacing("\n", with: " ")
    }
}
