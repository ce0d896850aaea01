// Every Redis key is spelt here and nowhere else. A tenant's keys begin with its name as hash
// tag, so that one operation lives in one Cluster slot. Values that users choose are escaped:
// none can collide with another, or break the tag.
//
//   b:epoch                       the store's epoch
//   b:tenants                     set: every tenant that ever held anything
//   b:{acme}:journal              stream: every entry, its id is epoch and sequence number
//   b:{acme}:steer                hash: suspensions, overrides and grants by scope
//   b:{acme}:holds                sorted set: records that hold something, by deadline
//   b:{acme}:w:user=alice:d2026-11-22   hash: a scope's counters in one window
//   b:{acme}:r:<digest>           string: a reservation, charge or record
//   b:{acme}:run:<run>            hash: a run's totals; with :tasks and :entries sorted sets

import BudgetModel

enum Keys {
    static let epoch = "b:epoch"
    static let tenants = "b:tenants"

    static func prefix(_ tenant: String) -> String {
        precondition(!tenant.isEmpty, "an empty hash tag is none")
        return "b:{" + Escaping.component(tenant) + "}:"
    }

    static func journal(_ prefix: String) -> String { prefix + "journal" }

    static func steering(_ prefix: String) -> String { prefix + "steer" }

    static func holds(_ prefix: String) -> String { prefix + "holds" }

    static func window(_ prefix: String, _ scope: Scope, _ window: String) -> String {
        var key = prefix + "w:"
        write(scope, to: &key)
        key += ":"
        key += window
        return key
    }

    static func record(_ prefix: String, _ digest: String) -> String { prefix + "r:" + digest }

    /// The digest in a record's key.
    static func digest(ofRecord key: some StringProtocol) -> String { String(key.suffix(22)) }

    static func run(_ prefix: String, _ run: String) -> String {
        prefix + "run:" + Escaping.component(run)
    }

    static func tasks(ofRun key: String) -> String { key + ":tasks" }

    static func entries(ofRun key: String) -> String { key + ":entries" }

    /// The field of the steering hash for one scope: what is suspended or overridden there.
    static func steeringField(_ scope: Scope) -> String {
        var field = ""
        write(scope, to: &field)
        return field
    }

    /// The same for a scope of one field.
    static func steeringField(_ field: SubjectField, _ value: String) -> String {
        field.name + "=" + Escaping.component(value)
    }

    private static func write(_ scope: Scope, to key: inout String) {
        for index in scope.fields.indices {
            if index > 0 { key += "," }
            key += Escaping.component(scope.fields[index].name)
            key += "="
            key += Escaping.component(scope.values[index])
        }
    }
}
