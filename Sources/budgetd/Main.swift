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

            What can be set here can be set in a file too (--config, or \
            /etc/budgetd/budgetd.yaml where that exists); what is said here wins over the file.

            SIGTERM or SIGINT ends it in order, at whatever moment, and it exits with 0; with 1 \
            where it can't run, with 64 where its arguments are wrong, with 78 where the \
            configuration file is.
            """,
        version: "budgetd " + Daemon.version)

    @Option(help: "The configuration file.", completion: .file())
    var config: String?

    @Option(help: "The policy file.", completion: .file())
    var policy: String?

    @Option(help: "The unix socket to listen on.", completion: .file())
    var socket: String?

    @Option(help: "The directory of the daemon's own data.", completion: .directory)
    var state: String?

    @Option(help: "A Redis to use instead of an own one: \(RedisConfiguration.addressForms).")
    var redis: String?

    @Option(
        help: "What that Redis need not have: \(Self.waivers).",
        completion: .list(DaemonConfiguration.waiverNames))
    var redisAllow: [String] = []

    @Option(
        help: "When an own Redis writes to disk: always (the default) or everysec.",
        completion: .list(["always", "everysec"]))
    var durability: String?

    @Option(help: "Event loops, 1 to 64; 1 is the default.")
    var threads: Int?

    @Option(help: "User ids that are administrators, beside root and the daemon's own.")
    var adminUID: [UInt32] = []

    @Option(help: "User ids that are operators.")
    var opsUID: [UInt32] = []

    @Option(
        help: "trace, debug, info (the default), notice, warning, error or critical.",
        completion: .list(Logger.Level.allCases.map(\.rawValue)))
    var logLevel: String?

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
                Self.tell(Self.welcome(socket), .standardOutput)
            }
        } catch {
            Self.tell("budgetd: \(error)\n", .standardError)
            throw ExitCode(1)
        }
    }

    /// Says it where somebody reads; that nobody does is no reason to end.
    private static func tell(_ text: String, _ reader: FileHandle) {
        try? reader.write(contentsOf: Data(text.utf8))
    }

    /// The flags over the file over the defaults.
    private func makeConfiguration() throws -> DaemonConfiguration {
        let file = try readFile()
        guard let policy = policy ?? file.policy else {
            throw ValidationError("no policy is given; expected --policy, or policy in the file")
        }
        var configuration = DaemonConfiguration(
            policyPath: policy, stateDirectory: state ?? file.state,
            socketPath: socket ?? file.socket)
        configuration.durability = try chosenDurability() ?? file.durability ?? .always
        configuration.logLevel = try chosenLogLevel() ?? file.logLevel ?? .info
        configuration.threads = try chosenThreads() ?? file.threads ?? 1
        configuration.acceptsLoss = acceptLoss
        configuration.socketMode = file.socketMode ?? configuration.socketMode
        configuration.socketGroup = file.socketGroup
        configuration.roles = file.roles
        configuration.roles.adminUserIDs.formUnion(adminUID)
        configuration.roles.opsUserIDs.formUnion(opsUID)
        configuration.listen = file.listen
        configuration.http = file.http
        configuration.redis = try chosenRedis(file.redis) ?? file.redis
        for name in redisAllow {
            guard configuration.waive(name) else {
                throw ValidationError("--redis-allow is \(name); expected \(Self.waivers)")
            }
        }
        return configuration
    }

    private func readFile() throws -> ConfigurationFile {
        do {
            return try ConfigurationFile.find(config)
        } catch {
            Self.tell("\(error)\n", .standardError)
            throw ExitCode(ConfigurationFile.exitCode)
        }
    }

    private func chosenDurability() throws -> DaemonConfiguration.Durability? {
        guard let durability else { return nil }
        guard let chosen = DaemonConfiguration.durability(named: durability) else {
            throw ValidationError("--durability is \(durability); expected always or everysec")
        }
        return chosen
    }

    private func chosenLogLevel() throws -> Logger.Level? {
        guard let logLevel else { return nil }
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level is \(logLevel); expected info, debug, …")
        }
        return level
    }

    private func chosenThreads() throws -> Int? {
        guard let threads else { return nil }
        guard DaemonConfiguration.threadRange.contains(threads) else {
            throw ValidationError("--threads is \(threads); expected 1 to 64")
        }
        return threads
    }

    private static let waivers = DaemonConfiguration.waiverNames.joined(separator: ", ")

    private func chosenRedis(_ file: RedisConfiguration?) throws -> RedisConfiguration? {
        guard let redis else { return nil }
        guard let chosen = try DaemonConfiguration.redis(redis, over: file) else {
            // Not shown: there may be a password in it.
            throw ValidationError(
                "--redis can't be used; expected \(RedisConfiguration.addressForms); plain text "
                    + "beyond this machine only with redis.allow in the file")
        }
        return chosen
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
