// Waiting on real processes: a condition is looked at again and again until it holds or the time is
// up, so that no test depends on how fast a machine is.

/// Whether the condition comes true within the limit and within 500 looks: what is waited for runs
/// on the threads that the looks run on, and other tests block those for seconds.
func eventually(
    within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + limit
    var looks = 0
    repeat {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
        looks += 1
    } while clock.now < end || looks < 500
    return false
}
