// What INFO tells about the listener, under the names that Redis's clients know.

import Glibc
import NIOCore

func standardInformation(
    _ identity: ServerIdentity, _ counts: ConnectionCounts, maxConnections: Int,
    uptime: TimeAmount
) -> [InformationSection] {
    [
        InformationSection(
            "Server",
            [
                ("redis_version", ServerIdentity.redisVersion), ("redis_mode", "standalone"),
                ("server_name", "budgetd"), ("budgetd_version", identity.version),
                ("process_id", "\(getpid())"),
                ("uptime_in_seconds", "\(uptime.nanoseconds / 1_000_000_000)"),
            ]),
        InformationSection(
            "Clients",
            [("connected_clients", "\(counts.open)"), ("maxclients", "\(maxConnections)")],
            isOfAllTenants: true),
        InformationSection("Persistence", [("loading", "0")]),
        InformationSection(
            "Stats",
            [
                ("total_connections_received", "\(counts.accepted)"),
                ("rejected_connections", "\(counts.refused)"),
                ("total_commands_processed", "\(counts.requests)"),
            ], isOfAllTenants: true),
        InformationSection("Replication", [("role", "master")]),
    ]
}
