// The configuration file: what good ones say, what bad ones are told.

import BudgetService
import Foundation
import Listeners
import RedisClient
import Testing

@testable import BudgetDaemon

@Suite struct ConfigurationReaderTests {
    private func read(_ text: String, file: String = "budgetd.yaml") throws -> ConfigurationFile {
        try ConfigurationReader.read(text: text, file: file).get()
    }

    @Test(arguments: try BadCase.all())
    func isRefused(bad: BadCase) {
        guard
            case .failure(let faults) = ConfigurationReader.read(
                text: bad.text, file: "budgetd.yaml")
        else {
            Issue.record("it was taken")
            return
        }
        #expect(faults.lines == bad.faults)
    }

    @Test func everySetting() throws {
        let file = try read(
            """
            policy: policy.yaml
            state: /var/lib/budgetd
            socket: run/b.sock
            threads: 4
            log_level: debug
            roles:
              admin: { uids: [1000], gids: 27 }
              ops: { uids: [1001, 1002], gids: [4] }
              others: none
            redis: { url: "redis://127.0.0.1:7000" }
            """, file: "/etc/budgetd/budgetd.yaml")
        #expect(file.policy == "/etc/budgetd/policy.yaml")
        #expect(file.state == "/var/lib/budgetd")
        #expect(file.socket == "/etc/budgetd/run/b.sock")
        #expect(file.threads == 4)
        #expect(file.logLevel == .debug)
        #expect(file.durability == nil)
        #expect(file.roles.adminUserIDs == PeerRoles.usualAdmins.union([1000]))
        #expect(file.roles.adminGroupIDs == [27])
        #expect(file.roles.opsUserIDs == [1001, 1002])
        #expect(file.roles.opsGroupIDs == [4])
        #expect(file.roles.otherRole == nil)
        #expect(
            file.redis?.address
                == .init(endpoint: .tcp(host: "127.0.0.1", port: 7000), isEncrypted: false))
    }

    @Test(arguments: ["unix:r.sock", "unix:/etc/budgetd/r.sock"])
    func aRedissSocketIsBesideTheFile(_ url: String) throws {
        let file = try read("redis: { url: \"\(url)\" }\n", file: "/etc/budgetd/budgetd.yaml")
        #expect(file.redis?.address.endpoint == .unix(path: "/etc/budgetd/r.sock"))
    }

    /// A file's name of one letter is one, too.
    @Test(arguments: [("c", "r"), ("/c", "/r"), ("d/c", "d/r"), ("./c", "./r"), ("cd", "r")])
    func namesOfOneLetter(_ file: String, _ expected: String) throws {
        #expect(try read("policy: r\n", file: file).policy == expected)
    }

    @Test func aSocketsModeAndGroup() throws {
        for mode in ["0600", "600", "0o600"] {
            let file = try read("socket: { path: /s, mode: \(mode), group: 4711 }\n")
            #expect(file.socket == "/s")
            #expect(file.socketMode == 0o600)
            #expect(file.socketGroup == 4711)
        }
        #expect(try read("socket: { group: root }\n").socketGroup == 0)
        #expect(try read("socket: /s\n").socketMode == nil)
    }

    @Test func whatIsAbsentStaysOpen() throws {
        let file = try read("durability: everysec\n")
        #expect(file.durability == .everysec)
        #expect(file.policy == nil)
        #expect(file.redis == nil)
        #expect(file.roles.otherRole == .worker)
    }

    /// The example has every key, and no other: it is read as it is, and only files are missing.
    @Test func theTextHasEveryKey() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/BudgetDaemon/Configuration/CONFIGURATION.md")
        let parts = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "```")
        let example = String(try #require(parts.dropFirst().first).dropFirst(4))
        let keys =
            ConfigurationReader.keys + SocketReader.keys + RolesReader.keys + ListenReader.keys
            + ListenTLSReader.keys + RedisReader.keys + HTTPReader.keys
        for key in keys {
            #expect(example.contains(" \(key):") || example.contains("\n\(key):"), "\(key)")
        }
        guard
            case .failure(let faults) = ConfigurationReader.read(
                text: example, file: "/nonexistent/b.yaml")
        else {
            Issue.record("there are no such files")
            return
        }
        let paths = faults.lines.map { $0.split(separator: " ")[1] }
        #expect(
            paths == [
                "durability:", "listen.tokens:", "listen.tls:", "http.tokens:",
                "redis.password_file:", "redis.tls_ca:",
            ])
    }

    @Test func theUsualFileMayBeAbsentANamedOneMayNot() throws {
        let nowhere = "/nonexistent/budgetd.yaml"
        #expect(try ConfigurationFile.find(nil, usualPath: nowhere).policy == nil)
        let error = #expect(throws: ConfigurationFaults.self) {
            try ConfigurationFile.find(nowhere)
        }
        #expect(error?.description.hasPrefix("\(nowhere):1: can't be read: ") == true)
    }
}
