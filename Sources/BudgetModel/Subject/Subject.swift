/// Whose spending it is.
///
/// Every value is 1 to ``Bounds/maxNameBytes`` bytes of UTF-8 without control characters; the
/// boundary that reads a request checks this, so that nothing behind it has to.
public struct Subject: Equatable, Sendable {
    /// One `label.<name>`.
    public struct Label: Equatable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The tenant of a request that names none.
    public static let defaultTenant = "default"

    /// The fields whose values an administrator can suspend, in the order of precedence.
    public static let suspendable: [SubjectField] = [.tenant, .user, .session, .run, .agent]

    public var tenant: String
    public var user: String?
    public var session: String?
    public var run: String?
    public var task: String?
    public var agent: String?
    public var tool: String?
    public var fingerprint: String?
    /// Sorted by name, each name once.
    public private(set) var labels: [Label] = []

    public init(tenant: String = Subject.defaultTenant) {
        self.tenant = tenant
    }

    /// The value of a field, or nil where the subject has none.
    public subscript(field: SubjectField) -> String? {
        get {
            switch field {
            case .tenant: tenant
            case .user: user
            case .session: session
            case .run: run
            case .task: task
            case .agent: agent
            case .tool: tool
            case .fingerprint: fingerprint
            case .label(let name): labels.first { $0.name == name }?.value
            }
        }
        set {
            switch field {
            case .tenant: tenant = newValue ?? Subject.defaultTenant
            case .user: user = newValue
            case .session: session = newValue
            case .run: run = newValue
            case .task: task = newValue
            case .agent: agent = newValue
            case .tool: tool = newValue
            case .fingerprint: fingerprint = newValue
            case .label(let name): setLabel(name, newValue)
            }
        }
    }

    private mutating func setLabel(_ name: String, _ value: String?) {
        labels.removeAll { $0.name == name }
        guard let value else { return }
        let place = labels.firstIndex { $0.name > name } ?? labels.endIndex
        labels.insert(Label(name: name, value: value), at: place)
    }

    /// The fields that have a value, in canonical order, with their values.
    public var fields: [(field: SubjectField, value: String)] {
        var present: [(SubjectField, String)] = [(.tenant, tenant)]
        for field in SubjectField.named.dropFirst() {
            if let value = self[field] { present.append((field, value)) }
        }
        for label in labels { present.append((.label(label.name), label.value)) }
        return present
    }
}
