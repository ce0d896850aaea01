// Listings come in pages; this follows them.

import RESP

/// Follows the pages of a listing.
struct Pages {
    let session: Session
    /// The request of the first page.
    let request: [String]

    /// All pages as one answer: the last one's, with the lists of all.
    ///
    /// - Parameters:
    ///   - lists: the fields that are joined.
    ///   - enough: of them, after which no further page is asked for.
    func all(_ lists: [String], enough: Int = .max) throws(Failure) -> RESPValue {
        let progress = Progress()
        var joined: [String: [RESPValue]] = [:]
        var cursor: Int64?
        while true {
            let more = cursor.map { ["cursor", "\($0)"] } ?? []
            let page = try session.ask(request + more)
            for name in lists { joined[name, default: []] += page[name]?.array ?? [] }
            cursor = page["next"]?.integer
            let count = joined.values.map(\.count).max() ?? 0
            guard cursor != nil, count < enough else {
                progress.end()
                return page.replacing(joined)
            }
            progress.show("read \(count)")
        }
    }
}

extension RESPValue {
    /// The map with another value under a name; as it is where there is none to take its place.
    func replacing(_ name: String, with value: RESPValue?) -> RESPValue {
        guard let list = value?.array else { return self }
        return replacing([name: list])
    }

    /// The map with other lists under some names.
    fileprivate func replacing(_ lists: [String: [RESPValue]]) -> RESPValue {
        .map(
            (entries ?? []).map { entry in
                guard let list = entry.key.string.flatMap({ lists[$0] }) else { return entry }
                return Entry(key: entry.key, value: .array(list))
            })
    }
}
