/// Strings in the order in which they first came, each with its place from 1. A single step has a
/// handful, which are compared one by one; a batch has hundreds, which are hashed.
struct PlaceList {
    private var names: [ExactText] = []
    private var places: [ExactText: Int] = [:]

    /// Up to so many comparisons are cheaper than a hash.
    private static let mostCompared = 12

    func place(of text: String) -> Int? {
        let name = ExactText(text)
        if names.count <= Self.mostCompared {
            return names.firstIndex(of: name).map { $0 + 1 }
        }
        return places[name]
    }

    var count: Int { names.count }

    var texts: [String] { names.map(\.text) }

    /// The place of a text, which is added where it is new.
    mutating func add(_ text: String) -> (place: Int, isNew: Bool) {
        if let known = place(of: text) { return (known, false) }
        names.append(ExactText(text))
        if names.count == Self.mostCompared + 1 {
            for index in names.indices { places[names[index]] = index + 1 }
        } else if names.count > Self.mostCompared {
            places[ExactText(text)] = names.count
        }
        return (names.count, true)
    }
}
