/// One holder of a budget: the values that a subject has in a limit's `per` fields.
public struct Scope: Hashable, Sendable {
    /// In canonical order.
    public let fields: [SubjectField]
    /// The canonical spelling, every name and value escaped: `user=alice`, `run=r1,task=t%3a2`.
    /// Different scopes have different spellings, whatever users put into their names.
    public let canonical: String

    /// The scope of `subject` for these fields, or nil where one of them is absent: a limit
    /// then does not apply.
    public init?(of subject: Subject, per fields: [SubjectField]) {
        var canonical = ""
        for field in fields {
            guard let value = subject[field] else { return nil }
            if !canonical.isEmpty { canonical += "," }
            Self.write(field, value, to: &canonical)
        }
        self.fields = fields
        self.canonical = canonical
    }

    /// The canonical spelling of a scope of one field.
    public static func canonical(_ field: SubjectField, _ value: String) -> String {
        var canonical = ""
        write(field, value, to: &canonical)
        return canonical
    }

    private static func write(_ field: SubjectField, _ value: String, to text: inout String) {
        if case .label(let name) = field {
            text += "label."
            text += Escaping.component(name)
        } else {
            text += field.name
        }
        text += "="
        text += Escaping.component(value)
    }

    /// As people read it: `user=alice`, or `run=r1,task=t:2`.
    public var text: String { Escaping.plain(canonical) ?? canonical }
}
