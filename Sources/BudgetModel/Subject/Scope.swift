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
        var canonical = ByteText(capacity: 64)
        for field in fields {
            guard let value = subject[field] else { return nil }
            if canonical.count > 0 { canonical.append(",") }
            Self.write(field, value, to: &canonical)
        }
        self.fields = fields
        self.canonical = canonical.text
    }

    /// The scope of a canonical spelling; nil where it is none.
    public init?(canonical: String) {
        let pairs = Self.pairs(ofCanonical: canonical)
        var spelling = ByteText(capacity: 64)
        for (field, value) in pairs {
            if spelling.count > 0 { spelling.append(",") }
            Self.write(field, value, to: &spelling)
        }
        guard !pairs.isEmpty, spelling.text.utf8.elementsEqual(canonical.utf8) else { return nil }
        fields = pairs.map(\.field)
        self.canonical = canonical
    }

    /// Appends the canonical spelling of a scope of one field.
    public static func write(_ field: SubjectField, _ value: String, to text: inout ByteText) {
        if case .label(let name) = field {
            text.append("label.")
            text.append(escaped: name)
        } else {
            text.append(field.name)
        }
        text.append("=")
        text.append(escaped: value)
    }

    /// As people read it: `user=alice`, or `run=r1,task=t:2`.
    public var text: String { Escaping.plain(canonical) ?? canonical }
}
