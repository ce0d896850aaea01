// The command line of the daemon.

import ArgumentParser
import BudgetDaemon
import Foundation
import Logging

@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budgetd",
        abstract: "Decides whether LLM agents may spend, and keeps the books.",
        discussion: """
            Workers ask it through a unix socket, with any Redis client. Without --redis it \
            starts a redis-server of its own and keeps its data in the state directory.

            SIGTERM or SIGINT ends it in order, at whatever moment, and it exits with 0; with 1 \
            where it can't run, with 64 where its arguments are wrong.
            """)

    @Option(help: "The policy file.")
    var policy: String

    @Option(help: "The unix socket to listen on.")
    var socket: String?

    @Option(help: "The directory of the daemon's own data.")
    var state: String?

    @Option(help: "A Redis to use instead of an own one: unix:/path or redis://127.0.0.1:6379.")
    var redis: String?

    @Option(help: "When an own Redis writes to disk: always or everysec.")
    var durability = "always"

    @Option(help: "Event loops, 1 to 64.")
    var threads = 1

    @Option(help: "User ids that are administrators, beside root and the daemon's own.")
    var adminUID: [UInt32] = []

    @Option(help: "User ids that are operators.")
    var opsUID: [UInt32] = []

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    @Flag(help: "Go on although Redis has lost acknowledged data. Once, after having looked.")
    var acceptLoss = false

    static func main() async {
        EarlySignals.remember()
        await main(nil)
    }

    func run() async throws {
        let configuration = try makeConfiguration()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "budgetd")
        logger.logLevel = configuration.logLevel
        let socket = configuration.socketPath
        do {
            try await Daemon(configuration, logger: logger).run {
                FileHandle.standardOutput.write(Data(Self.welcome(socket).utf8))
            }
        } catch {
            FileHandle.standardError.write(Data("budgetd: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    private func makeConfiguration() throws -> DaemonConfiguration {
        var configuration = DaemonConfiguration(
            policyPath: policy, stateDirectory: state, socketPath: socket)
        guard let durability = DaemonConfiguration.durability(named: durability) else {
            throw ValidationError("--durability is \(durability); expected always or everysec")
        }
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level is \(logLevel); expected info, debug, …")
        }
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads is \(threads); expected 1 to 64")
        }
        configuration.durability = durability
        configuration.logLevel = level
        configuration.threads = threads
        configuration.acceptsLoss = acceptLoss
        configuration.roles.adminUserIDs.formUnion(adminUID)
        configuration.roles.opsUserIDs.formUnion(opsUID)
        if let redis {
            guard let endpoint = DaemonConfiguration.endpoint(redis) else {
                throw ValidationError(
                    "--redis is \(redis); expected unix:/path or redis://127.0.0.1:6379")
            }
            configuration.redis = endpoint
        }
        return configuration
    }

    private static func welcome(_ socket: String) -> String {
        """
        budgetd is ready on \(socket)

        Try, in another terminal:
          redis-cli -s \(socket) RESERVE idempotency_key first user alice run r1 \
        model gpt-4o input_tokens 4000 output_tokens 600
          redis-cli -s \(socket) USAGE user alice run r1

        """
    }
}
