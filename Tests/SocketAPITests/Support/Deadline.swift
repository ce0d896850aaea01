// Waiting for what a broken server never does, but not for ever.

/// What a test waited for in vain.
struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Lets others work until a condition holds.
///
/// - Throws: `Overdue` where it doesn't within that time.
func wait(until what: String, seconds: Int = 20, _ condition: () -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        guard ContinuousClock.now < end else {
            throw Overdue(description: "not within \(seconds) s: \(what)")
        }
        await Task.yield()
    }
}
