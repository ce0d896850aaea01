// What budgetctl does without a daemon.

import Foundation
import TestSupport
import Testing

extension Control {
    @Suite struct AloneTests {
        @Test func noDaemonIsSaidSo() throws {
            let ran = try Bench.control(["usage", "user=a", "--socket", "/tmp/none/b.sock"])
            #expect(ran.status == 3)
            #expect(ran.errors.contains("no daemon answers at /tmp/none/b.sock"))
            #expect(ran.errors.contains("BUDGETD_SOCKET"))
        }

        /// Addresses that are refused before anything is sent, and what is said. A password is
        /// neither dropped nor shown.
        @Test(arguments: [
            ("redis://gw:hunter2@127.0.0.1:6380", "BUDGETD_TOKEN"),
            ("rediss://gw@host:6380", "BUDGETD_TOKEN"),
            ("rediss://:hunter2@host", "--token-file"),
            ("redis://10.0.0.1:6380", "others could read along; expected rediss://"),
            ("rediss://host:6380/3", "nothing behind the port"),
            ("rediss://host:6380?token=x", "nothing behind the port"),
            ("http://host:6380", "expected a unix socket's path"),
        ])
        func addressesThatAreRefused(_ address: String, _ text: String) throws {
            let ran = try Bench.control(["usage", "--socket", address])
            #expect(ran.status == 2, "\(ran.errors)")
            #expect(ran.errors.contains(text), "\(ran.errors)")
            #expect(!ran.errors.contains("hunter2"))
        }

        @Test(arguments: [
            ("gw:hunter2@host", "BUDGETD_TOKEN"), ("https://host:6380", "expected a host"),
            ("https://gw:hunter2@host", "has a password in it"), ("host:6380?x", "expected a host"),
            ("host:many", "expected a host"), ("", "expected a host"),
        ])
        func serversThatAreRefused(_ server: String, _ text: String) throws {
            let ran = try Bench.control(["usage", "--server", server])
            #expect(ran.status == 2, "\(ran.errors)")
            #expect(ran.errors.contains(text), "\(ran.errors)")
            #expect(!ran.errors.contains("hunter2"))
            let both = try Bench.control(["usage", "--server", "h", "--socket", "/s"])
            #expect(both.status == 2)
            #expect(both.errors.contains("name two daemons"), "\(both.errors)")
        }

        /// The page for `man`, made of what the programs say, and the shells' completions.
        @Test(arguments: ["budgetctl", "budgetd"]) func aManualIsMadeOfTheProgram(
            _ name: String
        ) throws {
            let directory = try TestDirectory()
            let make = try TestProcess(
                ["python3", Bench.checkout + "/deploy/manual", Bench.program(name)],
                directory: directory.path, output: directory.path + "/page",
                errors: directory.path + "/err")
            #expect(make.waitForEnd(seconds: 60) == .exit(0), "\(directory.text("err"))")
            let page = directory.text("page")
            #expect(page.hasPrefix(".TH \(name.uppercased()) 1 "))
            if name == "budgetctl" {
                for part in [
                    ".SS usage\n", ".SS limit grant\n", ".SS audit verify\n", ".SS grant\n",
                    "\\-\\-server <host>", ".SH EXIT STATUS\n", "4  it may have been done",
                    "BUDGETD_TOKEN",
                ] { #expect(page.contains(part), "\(part)") }
            }
            let check = try TestProcess(
                ["groff", "-man", "-Tutf8", "-ww", "-z", directory.path + "/page"],
                directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/warnings")
            #expect(check.waitForEnd(seconds: 60) == .exit(0))
            #expect(directory.text("warnings").isEmpty, "\(directory.text("warnings"))")
        }

        @Test func nobodyBehindAPort() throws {
            let port = try LoopbackPort.free()
            let ran = try Bench.control(["status", "--socket", "redis://127.0.0.1:\(port)"])
            #expect(ran.status == 3, "\(ran.errors)")
            #expect(ran.errors.contains("127.0.0.1:\(port): Connection refused"), "\(ran.errors)")
        }

        @Test func tokensAreForTCPAndKeptFromOthers() throws {
            let directory = try TestDirectory()
            let token = try directory.write("token", "bgt_x\n")
            chmod(token, 0o644)
            let open = try Bench.control([
                "status", "--socket", "redis://127.0.0.1:1", "--token-file", token,
            ])
            #expect(open.status == 2)
            #expect(open.errors.contains("everybody may read"), "\(open.errors)")
            let unix = try Bench.control([
                "status", "--socket", directory.path + "/s", "--token-file", token,
            ])
            #expect(unix.status == 2)
            #expect(unix.errors.contains("is a unix socket"), "\(unix.errors)")
        }

        @Test func helpHasExamplesAndStatuses() throws {
            let help = try Bench.control(["--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("EXIT STATUS"))
            #expect(help.output.contains("4  it may have been done"))
            let grant = try Bench.control(["limit", "grant", "--help"])
            #expect(grant.output.contains("--for 2h"))
            let token = try Bench.control(["token", "create", "--help"])
            #expect(token.output.contains("(umask 077; "))
        }

        @Test func pricesThatCannotBeChargedAreListed() throws {
            let directory = try TestDirectory()
            let policy = try directory.write("policy.yaml", Bench.policy)
            try directory.write("prices.yaml", Bench.prices)
            let fine = try Bench.control(["prices", "check", policy])
            #expect(fine.status == 0, "\(fine.output)")
            #expect(fine.output == "1 of 1 item has a price\n")
            try directory.write(
                "prices.yaml",
                """
                { "good": { "mode": "chat", "input_cost_per_token": 1e-6,
                    "output_cost_per_token": 2e-6 },
                  "bad": { "mode": "chat", "input_cost_per_token": -1 } }
                """)
            let findings = try Bench.control(["prices", "check", policy, "--json"])
            #expect(findings.status == 1, "\(findings.output)")
            #expect(findings.json["items"] as? Int == 2)
            #expect(findings.list("findings").contains { $0["item"] as? String == "bad" })
            let table = try Bench.control(["prices", "check", policy])
            #expect(table.output.contains(/PROBLEM +FIELD +ITEMS/))
        }

        @Test func aPolicysFaultsAreAllNamed() throws {
            let directory = try TestDirectory()
            try directory.write("prices.yaml", Bench.prices)
            let good = try directory.write("good.yaml", Bench.policy)
            let fine = try Bench.control(["policy", "check", good])
            #expect(fine.status == 0, "\(fine.output)")
            #expect(fine.output.contains("is valid, 7 limits, digest "))
            let bad = try directory.write(
                "bad.yaml",
                """
                version: 1
                limits:
                  - { name: a, per: [user], window: day, measure: tokens, cap: many }
                  - { name: b, per: [user], window: dy, measure: tokens, cap: 1 }
                """)
            let ran = try Bench.control(["policy", "check", bad])
            #expect(ran.status == 1)
            let lines = ran.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("\(bad):3: limits[0].cap: ") == true)
            let json = try Bench.control(["policy", "check", bad, "--json"])
            #expect(json.status == 1)
            #expect(json.list("faults").map { $0["line"] as? Int } == [3, 4])
            let none = try Bench.control(["policy", "check", directory.path + "/none.yaml"])
            #expect(none.status == 1)
            #expect(none.output.hasSuffix("can't be read: No such file or directory\n"))
        }
    }
}
