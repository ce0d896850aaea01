// From the configuration file to settings, by the policy's YAML reader: nodes that know their
// place. Every fault of the file is told at once, and settings are made only where there is none,
// so that a daemon never runs with half of what was meant. Paths are taken from the file's own
// directory where they are relative, as the policy's price files are.

import BudgetService
import Foundation
import Logging
import RedisClient

/// Reads a configuration file.
public enum ConfigurationReader {
    static let keys = [
        "policy", "state", "socket", "threads", "durability", "log_level", "roles", "listen",
        "http", "redis",
    ]

    /// Reads the file at a path.
    public static func read(path: String) -> Result<ConfigurationFile, ConfigurationFaults> {
        do {
            let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
            return read(text: text, file: path)
        } catch {
            let list = FaultList(file: path)
            list.add(line: 1, column: 1, "can't be read: \(FilePath.reason(error))")
            return .failure(ConfigurationFaults(list))
        }
    }

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - text: the file's content, at most 1 MiB.
    ///   - file: its path, as faults name it and relative paths are taken from.
    public static func read(
        text: String, file: String
    ) -> Result<ConfigurationFile, ConfigurationFaults> {
        let list = FaultList(file: file)
        var yaml = YAMLFile(text: text, faults: list)
        let directory = FilePath.directory(of: file)
        let found = yaml.root(expected: "a configuration").flatMap { root in
            root.fields(keys).map { settings($0, directory) }
        }
        guard let found, list.faults.isEmpty else {
            return .failure(ConfigurationFaults(list))
        }
        return .success(found)
    }

    private static func settings(_ fields: YAMLFields, _ directory: String) -> ConfigurationFile {
        var file = ConfigurationFile()
        file.policy = fields["policy"]?.path(from: directory, "the policy file's path")
        file.state = fields["state"]?.path(from: directory, "a directory")
        if let socket = fields["socket"] {
            SocketReader.read(socket, from: directory, into: &file)
        }
        file.threads = fields["threads"]?.threads()
        let durabilities = EmbeddedRedis.Configuration.Durability.allCases
        file.durability = fields["durability"]?.choice(durabilities.map { ($0.rawValue, $0) })
        let levels = Logger.Level.allCases.map { ($0.rawValue, $0) }
        file.logLevel = fields["log_level"]?.choice(levels)
        if let roles = fields["roles"] { file.roles = RolesReader.read(roles) }
        if let listen = fields["listen"] {
            let now = Int64(Date().timeIntervalSince1970)
            file.listen = ListenReader.read(listen, from: directory, now: now)
        }
        if let http = fields["http"] {
            let now = Int64(Date().timeIntervalSince1970)
            file.http = HTTPReader.read(http, from: directory, now: now)
        }
        if let redis = fields["redis"] {
            file.redis = RedisReader.read(
                redis, from: directory, environment: ProcessInfo.processInfo.environment)
        }
        if file.redis != nil, let durability = fields["durability"] {
            durability.fault(
                "this is about a Redis of budgetd's own, and redis.url names another; expected "
                    + "one of the two")
        }
        return file
    }
}

extension YAMLNode {
    /// A path, from the directory where it is relative.
    func path(from directory: String, _ expected: String) -> String? {
        guard let path = name(expected) else { return nil }
        return FilePath.path(path, from: directory)
    }

    fileprivate func threads() -> Int? {
        let range = DaemonConfiguration.threadRange
        let expected = "\(range.lowerBound) to \(range.upperBound)"
        return whole(Int64(range.lowerBound)...Int64(range.upperBound), expected).map(Int.init)
    }
}
