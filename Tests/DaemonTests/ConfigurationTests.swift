// The configuration file before a whole daemon: used, overruled by flags, refused.

import AccessTokens
import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ConfigurationTests {
        @Test func aFileInPlaceOfFlags() throws {
            let daemon = try TestDaemon(policy: Policies.hasty, isStarted: false)
            let path = try daemon.directory.write(
                "budgetd.yaml",
                "policy: policy.yaml\nstate: elsewhere\nsocket: other.sock\ndurability: everysec\n")
            let process = try TestProcess(
                [TestDaemon.program, "--config", path, "--socket", daemon.socketPath],
                directory: daemon.directory.path, output: daemon.directory.path + "/out",
                errors: daemon.directory.path + "/err")
            #expect(eventually { daemon.serves }, "\(daemon.log)")
            let text = daemon.directory.text("elsewhere/redis/redis.conf")
            #expect(text.contains("appendfsync everysec"))
            process.signal(SIGTERM)
            #expect(process.waitForEnd() == .exit(0))
        }

        @Test func aBadFileRefusesTheStart() throws {
            let directory = try TestDirectory()
            let path = try directory.write("b.yaml", "threads: 0\nlog_level: loud\n")
            let refused = try Program([TestDaemon.program, "--config", path])
            #expect(refused.ending == .exit(78))
            let lines = refused.errors.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("\(path):1: threads: ") == true)
            #expect(lines.last?.hasPrefix("\(path):2: log_level: ") == true)
        }

        /// Another group's file is root's to make.
        @Test(.enabled(if: geteuid() == 0)) func theSocketsModeAndGroup() throws {
            let daemon = try TestDaemon(policy: Policies.hasty, isStarted: false)
            let path = try daemon.directory.write(
                "budgetd.yaml", "socket: { mode: 0606, group: 4711 }\n")
            try daemon.start(["--config", path])
            var status = stat()
            try #require(stat(daemon.socketPath, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o606)
            #expect(status.st_gid == 4711)
        }

        /// Whoever has the port: the place is named, and why, in words.
        @Test(arguments: ["listen", "http"]) func aPortThatIsTaken(_ api: String) throws {
            let first = try HTTPDaemon()
            let daemon = try TestDaemon(policy: Policies.hasty, isStarted: false)
            let path = try daemon.directory.write(
                "budgetd.yaml", "\(api): { address: \"127.0.0.1:\(first.port)\", tokens: tokens }\n"
            )
            var tokens = TokenFile()
            _ = try tokens.create(name: "x", role: .worker, now: wallClock())
            try tokens.write(path: daemon.directory.path + "/tokens")
            let process = try daemon.launch(["--config", path])
            #expect(process.waitForEnd() == .exit(1))
            let last = daemon.log.split(separator: "\n").last ?? ""
            #expect(last.contains("127.0.0.1:\(first.port)"), "\(last)")
            #expect(last.contains("Address already in use"), "\(last)")
            #expect(!last.contains("descriptor"), "\(last)")
        }

        @Test func aPolicyIsNeeded() throws {
            let directory = try TestDirectory()
            let path = try directory.write("b.yaml", "threads: 1\n")
            let refused = try Program([TestDaemon.program, "--config", path])
            #expect(refused.ending == .exit(64))
            #expect(refused.errors.contains("no policy is given"))
        }
    }
}
