// What makes a run worthless: told on stderr, with exit code 1.

/// Why there is no result.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
