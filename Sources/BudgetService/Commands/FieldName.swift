/// The name of a field as a request gives it.
public enum FieldName: Sendable {
    /// One of the table's; never ``Field/label``, whose name has a name in it.
    case known(Field)
    /// A label's, one that only the policy knows, or nobody's.
    case other(String)

    public init(_ text: String) {
        var text = text
        let field = text.withUTF8 { Self.field(UnsafeRawBufferPointer($0)) }
        self = field.map(FieldName.known) ?? .other(text)
    }

    /// The table's field of that name, in UTF-8; nil where there is none. Requests have a dozen
    /// names, so this makes no String and no hash of them.
    public static func field(_ name: UnsafeRawBufferPointer) -> Field? {
        guard name.count < byLength.count else { return nil }
        return byLength[name.count].first { name.elementsEqual($0.name) }?.field
    }

    public var text: String {
        switch self {
        case .known(let field): field.rawValue
        case .other(let text): text
        }
    }

    private static let byLength: [[(name: [UInt8], field: Field)]] = {
        let fields = Field.allCases.filter { $0 != .label }
        let longest = fields.map(\.rawValue.utf8.count).max() ?? 0
        return (0...longest).map { length in
            fields.filter { $0.rawValue.utf8.count == length }
                .map { (Array($0.rawValue.utf8), $0) }
        }
    }()
}

extension FieldName: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}
