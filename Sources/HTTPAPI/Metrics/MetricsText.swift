// The page that Prometheus reads: the loops' counts added up, and what the daemon tells beside.

import BudgetModel
import BudgetService
public import NIOCore

/// Makes the text of all metrics.
public struct MetricsText: Sendable {
    private let loops: [NIOLoopBound<LoopMetrics>]

    /// - Parameter loops: the counters of every loop.
    public init(_ loops: [NIOLoopBound<LoopMetrics>]) {
        self.loops = loops
    }

    /// All of it.
    ///
    /// - Parameter more: what is not counted but looked at.
    public func text(_ more: [MetricFamily]) async -> String {
        var counts = MetricCounts()
        for loop in loops {
            // A loop that has ended counts no more, and the daemon ends with it.
            guard let own = try? await loop.eventLoop.submit({ loop.value.counts }).get() else {
                continue
            }
            counts.add(own)
        }
        return (counts.families + more).map(\.text).joined()
    }
}

extension MetricCounts {
    var families: [MetricFamily] {
        [
            MetricFamily(
                "decisions_total", .counter, "Decisions by command, result and reason",
                decisionSamples),
            MetricFamily(
                "reservations_total", .counter, "Calls by what became of them",
                Event.allCases.map { .init([("event", $0.name)], events[$0.rawValue]) }),
            MetricFamily(
                "requests_total", .counter, "Requests carried out, by API and command",
                API.allCases.flatMap(requestSamples)),
            MetricFamily(
                "errors_total", .counter, "Commands that ended in an error, by API and code",
                API.allCases.flatMap(errorSamples)),
            MetricFamily(
                "request_duration_seconds", .histogram, "Time from a request to its answer",
                API.allCases.flatMap { api in
                    MetricFamily.samples(
                        requests[api.rawValue].latency, [("api", "\(api)")], per: 1_000_000_000)
                }),
            MetricFamily(
                "redis_call_duration_seconds", .histogram, "Time of a call of the script",
                MetricFamily.samples(redis, per: 1_000_000_000)),
            MetricFamily(
                "batch_size", .histogram, "Operations in a call of the script",
                MetricFamily.samples(batch)),
            MetricFamily(
                "tokens_per_request", .histogram, "Tokens that a call spent",
                MetricFamily.samples(tokens)),
            MetricFamily(
                "tokens_total", .counter, "Tokens spent; past 200 pairs they are other",
                spendSamples { String($0.tokens) }),
            MetricFamily(
                "cost_usd_total", .counter, "US dollars spent; past 200 pairs they are other",
                spendSamples { NanoUSD.text($0.cost) }),
        ]
    }

    private var decisionSamples: [MetricFamily.Sample] {
        Self.kinds.indices.flatMap { kind in
            let name = Self.kinds[kind].name
            let counts = decisions[kind]
            let allowed = MetricFamily.Sample(
                [("command", name), ("decision", "allow"), ("reason", "")], counts[0])
            return [allowed]
                + Self.reasons.enumerated().map { index, reason in
                    .init(
                        [("command", name), ("decision", "deny"), ("reason", reason.rawValue)],
                        counts[index + 1])
                }
        }
    }

    private func requestSamples(_ api: API) -> [MetricFamily.Sample] {
        Command.allCases.map { command in
            .init(
                [("api", "\(api)"), ("command", command.rawValue)],
                requests[api.rawValue].commands[command.place])
        }
    }

    private func errorSamples(_ api: API) -> [MetricFamily.Sample] {
        BudgetError.Code.allCases.map { code in
            .init(
                [("api", "\(api)"), ("code", code.rawValue)],
                requests[api.rawValue].errors[code] ?? 0)
        }
    }

    private func spendSamples(_ value: (Spend) -> String) -> [MetricFamily.Sample] {
        zip(spending.pairs, spending.sums)
            .sorted { ($0.0.tenant, $0.0.model) < ($1.0.tenant, $1.0.model) }
            .map { .init([("tenant", $0.tenant), ("model", $0.model)], value($1)) }
    }
}
