// The metrics page: what every loop counted, and what can only be looked at.

import BudgetModel
import BudgetService
import Foundation
import Glibc
import HTTPAPI
import NIOCore
import SocketAPI

/// Everything that Prometheus is told.
struct Numbers: Sendable {
    private let house: House
    private let keeper: PolicyKeeper
    private let watch: StoreWatch
    private let servers: [SocketServer]
    private let tokens: [TokenAuthenticator]
    private let tally: HTTPTally
    private let troubles: UpkeepTroubles
    private let counted: MetricsText

    init(
        house: House, keeper: PolicyKeeper, watch: StoreWatch, servers: [SocketServer],
        tokens: [TokenAuthenticator], tally: HTTPTally, troubles: UpkeepTroubles
    ) {
        self.house = house
        self.keeper = keeper
        self.watch = watch
        self.servers = servers
        self.tokens = tokens
        self.tally = tally
        self.troubles = troubles
        counted = MetricsText(house.metrics)
    }

    func text(isReady: Bool) async -> String {
        var ready = 0
        var waiting = 0
        for floor in house.floors {
            let look = floor.eventLoop.submit {
                (floor.value.link.status == .ready, floor.value.store.waiting)
            }
            guard let (isReady, count) = try? await look.get() else { continue }
            ready += isReady ? 1 : 0
            waiting += count
        }
        let down = house.floors.count - ready
        var families = [
            MetricFamily("ready", .gauge, "1 while it can decide", isReady ? 1 : 0),
            MetricFamily(
                "redis_connections", .gauge, "Connections to Redis, by state",
                [.init([("state", "ready")], ready), .init([("state", "down")], down)]),
            MetricFamily(
                "queue_length", .gauge, "Operations that wait for a call of the script", waiting),
            MetricFamily(
                "upkeep_tenants_in_trouble", .gauge,
                "Tenants of which the daemon can't look after all, since their data is broken",
                troubles.count),
        ]
        families += await holds()
        families += policy + connections + tally.families + redis + Self.process
        return await counted.text(families)
    }

    /// Open reservations in Redis; none is told where Redis doesn't answer in time.
    private func holds() async -> [MetricFamily] {
        guard let store = house.stores.first else { return [] }
        let asked = try? await store.ask { $0.countHolds(completion: $1) }
        guard let held = asked else { return [] }
        return [
            MetricFamily(
                "holds", .gauge, "Open reservations on this Redis, of the first 1000 tenants",
                held)
        ]
    }

    private var policy: [MetricFamily] {
        [
            MetricFamily(
                "build_info", .gauge, "The program",
                [.init([("version", ServerIdentity().version)], 1)]),
            MetricFamily(
                "policy_info", .gauge, "The policy in force",
                [.init([("policy", keeper.digest)], 1)]),
            MetricFamily(
                "policy_read_timestamp_seconds", .gauge, "When it was read",
                Int(keeper.readAt / 1000)),
            MetricFamily(
                "daemons", .gauge, "Daemons on this Redis", keeper.holders.count),
            MetricFamily(
                "daemons_with_another_policy", .gauge, "Those of them that differ",
                keeper.daemonsThatDiffer),
        ]
    }

    private var connections: [MetricFamily] {
        let counts = servers.map(\.counts)
        return [
            MetricFamily(
                "socket_connections", .gauge, "Connections of the socket API",
                counts.map(\.open).reduce(0, +)),
            MetricFamily(
                "socket_connections_refused_total", .counter, "Connections that were refused",
                counts.map(\.refused).reduce(0, +)),
            MetricFamily(
                "socket_requests_refused_total", .counter,
                "Requests that the socket API answered by an error itself, by code",
                BudgetError.Code.allCases.map { code in
                    .init(
                        [("code", code.rawValue)],
                        counts.map { $0.refusals[code] ?? 0 }.reduce(0, +))
                }),
            MetricFamily(
                "wrong_credentials_total", .counter, "Wrong tokens, on either API",
                tokens.map(\.wrongCredentials).reduce(0, +)),
        ]
    }

    /// What the last look at Redis found, half a minute ago at most.
    private var redis: [MetricFamily] {
        guard let report = watch.report else { return [] }
        return [
            MetricFamily(
                "redis_memory_bytes", .gauge, "Memory that Redis uses", Int(report.usedBytes)),
            MetricFamily(
                "redis_memory_max_bytes", .gauge, "Its maxmemory, 0 for none",
                Int(report.maxBytes)),
            MetricFamily(
                "redis_memory_system_bytes", .gauge, "Its machine's memory, 0 where unknown",
                Int(report.systemBytes)),
            MetricFamily(
                "redis_clock_skew_seconds", .gauge, "Redis's clock minus this machine's",
                [.init([], String(Double(report.skewMs) / 1000))]),
        ]
    }

    private static var process: [MetricFamily] {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = [usage.ru_utime, usage.ru_stime]
            .map { Double($0.tv_sec) + Double($0.tv_usec) / 1_000_000 }.reduce(0, +)
        let pages = FileManager.default.contents(atPath: "/proc/self/statm")
            .map { String(decoding: $0, as: UTF8.self) }?.split(separator: " ").dropFirst().first
        let resident = pages.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) } ?? 0
        return [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "Time on processors",
                [.init([], String(seconds))]),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, "Memory in use", resident),
        ]
    }
}
