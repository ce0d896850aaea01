/// One holder of a budget: the values that a subject has in a limit's `per` fields.
public struct Scope: Hashable, Sendable {
    /// In canonical order.
    public let fields: [SubjectField]
    /// Beside `fields`.
    public let values: [String]

    /// The scope of `subject` for these fields, or nil where one of them is absent: a limit
    /// then does not apply.
    public init?(of subject: Subject, per fields: [SubjectField]) {
        var values: [String] = []
        values.reserveCapacity(fields.count)
        for field in fields {
            guard let value = subject[field] else { return nil }
            values.append(value)
        }
        self.fields = fields
        self.values = values
    }

    /// As people read it: `user=alice`, or `run=r1,task=t2`.
    public var text: String {
        var text = ""
        for (field, value) in zip(fields, values) {
            if !text.isEmpty { text += "," }
            text += field.name
            text += "="
            text += value
        }
        return text
    }
}
