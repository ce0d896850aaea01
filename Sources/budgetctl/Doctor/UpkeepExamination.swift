// What the daemon does of its own accord, judged by INFO's section Upkeep: a tenant whose keys are
// broken keeps its holds and its old books.

import BudgetModel

enum UpkeepExamination {
    /// None where INFO doesn't tell it to who asks.
    static func findings(_ information: Information) -> [Finding] {
        guard let count = information["upkeep_tenants_in_trouble"].flatMap({ Int($0) }) else {
            return []
        }
        let name = "upkeep"
        guard count > 0 else {
            return [
                StoreExamination(information: information).isAway
                    ? .note(name, "no tenant is looked after while Redis is away")
                    : .ok(name, "every tenant is looked after")
            ]
        }
        let names = (information["upkeep_tenants"] ?? "").split(separator: ",").map {
            Escaping.plain($0) ?? String($0)
        }
        let more = count > names.count ? " and \(count - names.count) more" : ""
        let length = Shown.duration(information["upkeep_error_for_ms"].flatMap { Int64($0) } ?? 0)
        return [
            .fail(
                name,
                (count == 1 ? "a tenant is" : "\(count) tenants are")
                    + " not wholly looked after (\(names.joined(separator: ", "))\(more)); "
                    + "for \(length) \(information["upkeep_error"] ?? "?")",
                "budgetctl verify --tenant \(names.first ?? "…") tells which keys are broken")
        ]
    }
}
