/// By what spenders are ranked: what a bill is parted by. A task's and a fingerprint's names mean
/// something within a run only, whose ledger lists tasks; a tenant is never ranked beside others:
/// it is what all of them add up to.
public enum TopField: Hashable, Sendable {
    case tenant
    case user
    case session
    case run
    case agent
    case tool
    case model
    case provider
    /// `label.<name>`: the house's own field.
    case label(String)

    /// The fields that every house has and spenders are ranked by.
    public static let named: [TopField] = [.user, .session, .run, .agent, .tool, .model, .provider]

    /// The name on the wire.
    public var name: String {
        switch self {
        case .tenant: "tenant"
        case .user: "user"
        case .session: "session"
        case .run: "run"
        case .agent: "agent"
        case .tool: "tool"
        case .model: "model"
        case .provider: "provider"
        case .label(let name): "label." + name
        }
    }

    /// The field of that name, or nil; `label.` needs a name behind it.
    public init?(name: String) {
        if let found = Self.named.first(where: { $0.name == name }) {
            self = found
            return
        }
        switch SubjectField(name: name) {
        case .tenant: self = .tenant
        case .label(let label): self = .label(label)
        default: return nil
        }
    }
}
