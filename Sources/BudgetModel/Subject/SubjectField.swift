/// A field of a subject: one way in which spending is attributed.
public enum SubjectField: Hashable, Sendable {
    case tenant
    case user
    case session
    case run
    case task
    case agent
    case tool
    /// A hash of an action and its arguments.
    case fingerprint
    /// `label.<name>`: the house's own field.
    case label(String)

    /// The fields that every house has, in the order in which scopes spell them.
    public static let named: [SubjectField] = [
        .tenant, .user, .session, .run, .task, .agent, .tool, .fingerprint,
    ]

    /// The name on the wire, in policies and in scopes.
    public var name: String {
        switch self {
        case .tenant: "tenant"
        case .user: "user"
        case .session: "session"
        case .run: "run"
        case .task: "task"
        case .agent: "agent"
        case .tool: "tool"
        case .fingerprint: "fingerprint"
        case .label(let name): "label." + name
        }
    }

    /// The field of that name, or nil; `label.` needs a name behind it.
    public init?(name: String) {
        if let found = Self.named.first(where: { $0.name == name }) {
            self = found
        } else if name.hasPrefix("label."), name.utf8.count > 6 {
            self = .label(String(name.dropFirst(6)))
        } else {
            return nil
        }
    }
}

extension SubjectField: Comparable {
    /// The canonical order: the named fields as listed, then labels by name.
    public static func < (left: SubjectField, right: SubjectField) -> Bool {
        (left.rank, left.labelName) < (right.rank, right.labelName)
    }

    private var rank: Int { Self.named.firstIndex(of: self) ?? Self.named.count }

    private var labelName: String {
        if case .label(let name) = self { name } else { "" }
    }
}
