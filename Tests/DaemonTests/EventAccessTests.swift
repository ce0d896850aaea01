// Who may watch what, and how Redis's own clients do.

import AccessTokens
import BudgetService
import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct EventAccessTests {
        private let call = "model gpt-4o"

        @Test func whoIsBoundToATenantSeesItsOwn() throws {
            var tokens = TokenFile()
            let secrets = try [("acme", Role.ops), ("other", .worker), ("", .worker)].map {
                try tokens.create(
                    name: "t-\($0.0)", role: $0.1, tenant: $0.0.isEmpty ? nil : $0.0,
                    now: wallClock()
                ).revealed
            }
            let door = try TokenDaemon(tokens: tokens)
            let clients = try secrets.map { secret in
                let client = try door.client
                #expect(try client.ask("AUTH \(secret)") == .simple("OK"))
                return client
            }
            for (client, channel) in [
                (0, "events:other"), (0, "events:default"), (0, "acts:other"), (1, "acts:acme"),
                (1, "events:other"), (1, "events:"), (2, "events:acme"),
            ] {
                let answer = try clients[client].ask("SUBSCRIBE \(channel)")
                #expect(answer.errorCode == "NOPERM", "\(channel): \(answer)")
            }
            let acme = try Watcher(clients[0], "events:", "acts:acme")
            let other = try Watcher(clients[1], "acts:other:user=u")
            let both = try Watcher(clients[2], "acts:acme", "acts:other")
            let admin = try door.daemon.connect()
            for tenant in ["other", "acme"] {
                for line in [
                    "CHARGE idempotency_key k tenant \(tenant) user u \(call)",
                    "SUBJECT SUSPEND tenant \(tenant) user u reason because idempotency_key s",
                ] { #expect(try admin.ask(line).errorCode == nil) }
            }
            let told = try (0..<3).map { _ in try acme.next() }
            #expect(told.allSatisfy { $0.text("tenant") == "acme" })
            #expect(Set(told.map(\.kind)) == ["charge", "suspend"])
            // Who did it, and why, is for those who may read the audit.
            #expect(told.allSatisfy { $0.text("actor") == nil && $0.text("reason") == nil })
            let own = try other.next()
            #expect(own.kind == "suspend" && own.text("tenant") == "other")
            #expect(
                Set(try [both.next(), both.next()].map { $0.text("tenant") }) == ["acme", "other"])
            // A token that is revoked is told nothing more.
            var fewer = tokens
            try fewer.revoke(name: "t-other")
            try door.write(fewer)
            let revived = "SUBJECT RESUME tenant other user u reason because idempotency_key e"
            #expect(eventually { door.daemon.log.contains("tokens") })
            #expect(try admin.ask(revived).errorCode == nil)
            let end = #expect(throws: DaemonFailure.self) { _ = try other.next() }
            #expect(end?.description.hasPrefix("NOAUTH") == true)
            #expect(try both.next().kind == "resume")
        }

        @Test func wrongChannelsAreExplained() throws {
            let daemon = try TestDaemon(policy: Policies.open)
            let client = try daemon.connect()
            for (channel, text) in [
                ("news", "expected events:<tenant> or acts:<tenant>"),
                ("news:default", "expected events:<tenant>"),
                ("events", "expected events:<tenant>"),
                ("events:default:user", "expected events:<tenant>"),
                ("events:default:usr=u", "did you mean \"user\"?"),
                ("events:default:user=", "user is \"\"; expected 1 to 256 bytes"),
                ("events:default:user=a,user=b", "user repeats user"),
                ("events:default:tenant=b", "expected events:<tenant>"),
                ("events:default:user=%zz", "two hexadecimal digits"),
                ("events:default:since=x", "since is \"x\"; expected once, the seq of an event"),
                ("events:default:since=1,since=2", "expected once"),
            ] {
                let answer = try client.ask("SUBSCRIBE events:default \(channel)")
                #expect(answer.errorCode == "BADARG", "\(channel): \(answer)")
                #expect(answer.errorLine?.contains(text) == true, "\(channel): \(answer)")
            }
            let many = (0..<64).map { "events:t\($0)" }.joined(separator: " ")
            try client.send(["SUBSCRIBE \(many)"])
            for _ in 0..<64 { #expect(try client.read().array?.count == 3) }
            #expect(try client.ask("SUBSCRIBE events:more").errorCode == "TOOLARGE")
            #expect(try client.ask("PSUBSCRIBE events:*").errorCode == "ERR")
            #expect(try client.ask("USAGE").errorLine?.contains("while subscribed") == true)
            #expect(try client.ask("PING").array?.map(\.string) == ["pong", ""])
            #expect(try client.ask("PING x").array?.map(\.string) == ["pong", "x"])
            #expect(try client.ask("UNSUBSCRIBE events:t0").array?[2].integer == 63)
            #expect(try client.ask("RESET") == .simple("RESET"))
            #expect(try client.ask("USAGE").errorCode == nil)
            #expect(try client.ask("UNSUBSCRIBE").array?.map(\.isNull) == [false, true, false])
        }

        /// What a suspended worker does: it waits, and goes on when it may.
        @Test(arguments: [2, 3]) func redisPyWaitsForItsGrant(_ version: Int) throws {
            let daemon = try TestDaemon(policy: EventTests.policy)
            let program = try Program([
                Program.python, "-c",
                """
                import json, redis, sys
                c = redis.Redis(
                    unix_socket_path=sys.argv[1], decode_responses=True, protocol=\(version))
                def charge(key):
                    a = c.execute_command('CHARGE', 'idempotency_key', key, 'user', 'u',
                        'model', 'gpt-4o', 'output_tokens', 1000)
                    return 'allow' in (a.values() if isinstance(a, dict) else a)
                p = c.pubsub(ignore_subscribe_messages=False)
                p.subscribe('acts:default:user=u')
                first = p.get_message(timeout=10)
                print(first['type'], first['channel'], first['data'])
                n = 0
                while charge('k%d' % n): n += 1
                c.execute_command('LIMIT', 'GRANT', 'limit', 'calls', 'user', 'u', 'amount', 5,
                    'until_ms', 9999999999999, 'reason', 'more', 'idempotency_key', 'g')
                p.ping()
                while True:
                    m = p.get_message(timeout=10)
                    if m is None or m['type'] == 'message': break
                told = json.loads(m['data'])
                print(told['kind'], told['scope'], told['limit'], charge('again'))
                p.unsubscribe()
                print(p.get_message(timeout=10)['type'])
                print(c.execute_command('USAGE', 'user', 'u') is not None)
                """, daemon.socketPath,
            ])
            #expect(program.errors == "")
            #expect(
                program.output == """
                    subscribe acts:default:user=u 1
                    grant user=u calls True
                    unsubscribe
                    True

                    """)
        }

        @Test func redisCLIListens() throws {
            let daemon = try TestDaemon(policy: Policies.open)
            for options in [[], ["-3"]] {
                let directory = try TestDirectory()
                let listening = try TestProcess(
                    ["redis-cli", "-s", daemon.socketPath] + options
                        + ["SUBSCRIBE", "events:default"],
                    directory: directory.path, output: directory.path + "/out",
                    errors: directory.path + "/err")
                #expect(eventually { directory.text("out").contains("subscribe") })
                let run = "run\(options.count)"
                _ = try daemon.ask("CHARGE idempotency_key \(run) run \(run) \(call)")
                #expect(
                    eventually { directory.text("out").contains(#""run":"\#(run)""#) },
                    "\(directory.text("out")) \(directory.text("err"))")
                listening.kill()
            }
        }
    }
}
