// Waiting on other processes: no test depends on how fast a machine is.

import Glibc

/// Looks at a condition again and again until it holds.
///
/// - Returns: false where it doesn't within that time.
public func eventually(
    seconds: Double = 20, _ condition: () throws -> Bool
) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(2000)
    }
    return try condition()
}
