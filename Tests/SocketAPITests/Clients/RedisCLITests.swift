// redis-cli and redis-benchmark as they are.

import Foundation
import Testing

@testable import SocketAPI

@Suite struct RedisCLITests {
    @Test func oneShot() async throws {
        try await withServer { _, path in
            let plain = try await run(["redis-cli", "-s", path, "release", "t.x"])
            #expect(plain.output == "did\nRELEASE\nat\nt.x\nwith\n0\n")
            let third = try await run(["redis-cli", "-3", "--json", "-s", path, "usage"])
            #expect(
                third.output
                    == #"{"limits":[{"limit":"a","cap":50},{"limit":"a","cap":50}]}"# + "\n")
            let error = try await run(["redis-cli", "-s", path, "check", "user", "CONFLICT"])
            #expect(error.output == "CONFLICT as the user  asked\n\n")
        }
    }

    @Test func pipedCommandsAndTransactions() async throws {
        try await withServer { _, path in
            let result = try await run(
                ["redis-cli", "-s", path],
                input: "PING\nMULTI\nSTATUS t.x\nECHO a\nEXEC\nSELECT 0\nCLIENT GETNAME\n")
            #expect(result.output == "PONG\nOK\nQUEUED\nQUEUED\n\na\nOK\n\n")
        }
    }

    /// A terminal's worth of redis-cli: what is typed calls up the hint made from COMMAND DOCS.
    @Test func hints() async throws {
        try await withServer { _, path in
            let script = """
                import pexpect, sys
                c = pexpect.spawn('redis-cli', ['-s', sys.argv[1]], timeout=10, encoding='utf8',
                    env={'TERM': 'xterm', 'HOME': '/nonexistent', 'PATH': '/usr/bin:/bin'},
                    dimensions=(24, 1000))
                c.expect('> ')
                c.send('commit ')
                c.expect_exact('id [provider provider] [model model]')
                c.send('t.x\\r')
                c.expect_exact('"did"')
                c.send('reserve ')
                c.expect_exact('idempotency_key key [tenant tenant]')
                c.expect_exact('[service_tier standard|batch|flex|priority]')
                c.sendcontrol('u')
                c.send('help record\\r')
                c.expect_exact('Enters what is spent already')
                c.sendcontrol('u')
                c.send('quit\\r')
                c.expect(pexpect.EOF)
                print('seen')
                """
            let result = try await run(["python3", "-c", script, path])
            #expect(result.output == "seen\n")
        }
    }

    @Test(arguments: ["1", "16"]) func benchmark(_ pipeline: String) async throws {
        try await withServer { server, path in
            let result = try await run([
                "redis-benchmark", "-s", path, "-c", "50", "-n", "20000", "-P", pipeline, "--csv",
                "CHECK", "user", "u", "model", "m", "input_tokens", "10",
            ])
            #expect(result.status == 0)
            #expect(!result.output.contains("WARNING"), "\(result.output)")
            #expect(result.output.contains("\"CHECK user"))
            #expect(server.counts.requests >= 20000)
        }
    }
}
