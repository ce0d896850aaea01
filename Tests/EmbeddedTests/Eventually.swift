// Waiting on real processes: a condition is looked at again and again until it holds or the time is
// up, so that no test depends on how fast a machine is.

/// - Returns: whether the condition came to hold.
func eventually(
    within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + limit
    repeat {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    } while clock.now < end
    return false
}
