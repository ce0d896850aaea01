// A log that a test can read.

public import Logging
import Synchronization

/// Collects the lines of all loggers that are made with it.
public final class LineCollector: Sendable {
    private let collected = Mutex<[String]>([])

    /// Those so far, each with its facts in alphabetical order.
    public var lines: [String] { collected.withLock { $0 } }

    /// Collects nothing so far.
    public init() {}

    /// One whose lines are collected, from notice on.
    public func logger() -> Logger {
        Logger(label: "collected") { _ in Collecting(collector: self) }
    }

    private struct Collecting: LogHandler {
        let collector: LineCollector
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }
            let words = [event.level.rawValue, "\(event.message)"] + facts.map { "\($0)=\($1)" }
            collector.collected.withLock { $0.append(words.joined(separator: " ")) }
        }
    }
}
