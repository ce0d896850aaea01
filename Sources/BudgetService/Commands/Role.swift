// Who may do what: roles, and the callers that have them.

public import BudgetModel

/// What a caller may do. Each role may do what the ones before it may.
public enum Role: Int, Comparable, Sendable, CaseIterable {
    /// Spend: the calls around a model or tool call.
    case worker
    /// Read what everybody spent.
    case ops
    /// Change limits and quotas.
    case admin

    public var name: String {
        switch self {
        case .worker: "worker"
        case .ops: "ops"
        case .admin: "admin"
        }
    }

    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// Who sends a command.
public struct Caller: Equatable, Sendable {
    public let role: Role
    /// For the audit and the log: `uid:1000`, or a token's name.
    public let name: String
    /// The only tenant that it may see and change; nil for every one.
    public let tenant: String?

    public init(role: Role, name: String, tenant: String? = nil) {
        self.role = role
        self.name = name
        self.tenant = tenant
    }

    /// Refuses a command that its role may not give; every listener asks before it gives one over.
    public func check(_ command: Command) throws(BudgetError) {
        try check(role: command.spec.role, for: command.rawValue)
    }

    /// The same for what is no command, by its name.
    public func check(role needed: Role, for name: String) throws(BudgetError) {
        guard role < needed else { return }
        throw BudgetError(
            .noPermission,
            "\(name) needs the role \(needed.name), \(self.name) has \(role.name)")
    }
}
