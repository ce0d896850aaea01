/// Strings in the order in which they first came, each with its place from 1. A single step has a
/// handful, which are compared one by one; a batch has hundreds, which are hashed.
struct PlaceList {
    private(set) var texts: [String] = []
    private var places: [String: Int] = [:]

    /// Up to so many comparisons are cheaper than a hash.
    private static let mostCompared = 12

    func place(of text: String) -> Int? {
        if texts.count <= Self.mostCompared {
            return texts.firstIndex(of: text).map { $0 + 1 }
        }
        return places[text]
    }

    var count: Int { texts.count }

    /// The place of a text, which is added where it is new.
    mutating func add(_ text: String) -> (place: Int, isNew: Bool) {
        if let known = place(of: text) { return (known, false) }
        texts.append(text)
        if texts.count == Self.mostCompared + 1 {
            for index in texts.indices { places[texts[index]] = index + 1 }
        } else if texts.count > Self.mostCompared {
            places[text] = texts.count
        }
        return (texts.count, true)
    }
}
