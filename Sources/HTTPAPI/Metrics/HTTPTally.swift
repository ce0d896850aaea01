// What is answered over HTTP, whoever asked: also what never became a command, such as a stranger's
// request, a path that is none or a body that is no JSON. Routes are rows of tables, never paths as
// they came, so there are only so many series.
//
// A lock for each answer: an HTTP request costs a hundred times as much.

import Synchronization

/// Counts the answers, connections and streams of all HTTP listeners.
public final class HTTPTally: Sendable {
    /// The route of a request that is at none, or that could not be read as far as its path.
    static let noRoute = "none"

    private struct Answer: Hashable {
        let route: String
        let status: Int
    }

    private let answers = Mutex<[Answer: Int]>([:])
    private let connections = Atomic(0)
    private let streams = Atomic(0)

    /// Makes counters of nothing.
    public init() {}

    func answered(_ route: String, _ status: Int) {
        answers.withLock { $0[Answer(route: route, status: status), default: 0] += 1 }
    }

    func opened() { connections.wrappingAdd(1, ordering: .relaxed) }

    func closed() { connections.wrappingSubtract(1, ordering: .relaxed) }

    func streamBegan() { streams.wrappingAdd(1, ordering: .relaxed) }

    func streamEnded() { streams.wrappingSubtract(1, ordering: .relaxed) }

    /// For Prometheus.
    public var families: [MetricFamily] {
        let answers = answers.withLock { $0 }
            .sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }
        return [
            MetricFamily(
                "http_responses_total", .counter, "Answers over HTTP, by route and status",
                answers.map { answer, count in
                    .init([("route", answer.route), ("status", "\(answer.status)")], count)
                }),
            MetricFamily(
                "http_connections", .gauge, "Connections of the HTTP API",
                connections.load(ordering: .relaxed)),
            MetricFamily(
                "http_event_streams", .gauge, "Those of them that events are told to",
                streams.load(ordering: .relaxed)),
        ]
    }
}
