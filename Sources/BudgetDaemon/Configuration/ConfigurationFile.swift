// What a configuration file says. Everything in it may be absent: a flag of the command line wins
// over the file, and a default fills what neither says.

import Foundation
public import Listeners
public import Logging
public import RedisClient

/// The settings of one file, checked.
public struct ConfigurationFile: Sendable {
    /// Where the daemon looks when it is told of no file.
    public static let usualPath = "/etc/budgetd/budgetd.yaml"
    /// The process ends with this where the file is wrong: EX_CONFIG of sysexits.h. Wrong
    /// arguments are 64 (EX_USAGE), everything else that stops a start is 1.
    public static let exitCode: Int32 = 78

    /// The policy's path.
    public var policy: String?
    /// The directory of the daemon's own data.
    public var state: String?
    /// The unix socket's path.
    public var socket: String?
    /// The permissions of the unix socket's file.
    public var socketMode: UInt32?
    /// The group of the unix socket's file.
    public var socketGroup: UInt32?
    /// Event loops, within `DaemonConfiguration.threadRange`.
    public var threads: Int?
    /// When an own Redis writes to disk.
    public var durability: EmbeddedRedis.Configuration.Durability?
    /// What is logged.
    public var logLevel: Logger.Level?
    /// Who may do what on the unix socket.
    public var roles = PeerRoles()
    /// Where TCP clients are served.
    public var listen: ListenConfiguration?
    /// Where the HTTP API is served.
    public var http: HTTPListenConfiguration?
    /// The Redis to use.
    public var redis: RedisConfiguration?

    /// Settings of nothing.
    public init() {}
}

extension ConfigurationFile {
    /// The file that a start uses: the one that is named, else the usual one where there is one,
    /// else none.
    ///
    /// - Throws: `ConfigurationFaults` with everything that is wrong in it.
    public static func find(
        _ path: String?, usualPath: String = ConfigurationFile.usualPath
    ) throws -> ConfigurationFile {
        if let path { return try ConfigurationReader.read(path: path).get() }
        guard FileManager.default.fileExists(atPath: usualPath) else { return .init() }
        return try ConfigurationReader.read(path: usualPath).get()
    }
}
