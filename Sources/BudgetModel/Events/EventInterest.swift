// What somebody watches, for who reads all that happens: nine of ten calls are nobody's, and each
// is asked for, so that the answer has to come without building anything.

/// Whose calls somebody watches, so that a store can pass over others' unread. Confined to a loop.
public final class EventInterest {
    /// The watched values of a field, in their escaped spelling.
    private struct Wanted {
        let field: SubjectField
        var values: Set<[UInt8]> = []
        /// Their marks: what has none of these is none of the values.
        var marks: Set<UInt64> = []
    }

    private var wanted: [Wanted] = []
    /// Whether all calls are watched.
    public private(set) var takesAll = false

    public init() {}

    /// What a filter takes.
    public init(_ filter: EventFilter) { add(filter) }

    /// Forgets what was added, for what these filters take.
    public func take(_ filters: some Swift.Sequence<EventFilter>) {
        wanted = []
        takesAll = false
        for filter in filters { add(filter) }
    }

    /// Adds what a filter takes: one of its fields is enough to be looked at.
    public func add(_ filter: EventFilter) {
        guard let (field, value) = filter.fields.first else {
            takesAll = true
            return
        }
        let bytes = Array(Escaping.component(value).utf8)
        let known = wanted.firstIndex { $0.field == field }
        if known == nil { wanted.append(Wanted(field: field)) }
        let index = known ?? wanted.count - 1
        wanted[index].values.insert(bytes)
        wanted[index].marks.insert(bytes.withUnsafeBytes(Self.mark(of:)))
    }

    /// Whether somebody watches a field's value, in its escaped spelling.
    public func takes(_ field: SubjectField, _ value: UnsafeRawBufferPointer) -> Bool {
        guard !takesAll else { return true }
        let mark = Self.mark(of: value)
        return wanted.contains {
            $0.field == field && $0.marks.contains(mark) && $0.values.contains(Array(value))
        }
    }

    /// FNV-1a.
    private static func mark(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
