// Metrics as a real Prometheus reads them, and what is shipped for it: rules and a dashboard that
// ask for nothing that there is not.

import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct PrometheusTests {
        private let deploy = Checkout.path + "/deploy"

        private func spend(_ daemon: HTTPDaemon) throws {
            let call = "user u run r model gpt-4o input_tokens 4000 output_tokens 600"
            let held = try daemon.daemon.ask("RESERVE idempotency_key a \(call)")
            #expect(held.isAllowed)
            #expect(try daemon.daemon.ask("RESERVE idempotency_key b \(call)").isAllowed)
            let id = held.text("id") ?? ""
            let commit = try daemon.daemon.ask("COMMIT \(id) input_tokens 4000 output_tokens 600")
            #expect(commit.text("cost_usd") == "0.016")
            for number in 0..<9 {
                _ = try daemon.client.send(
                    "POST", "/v1/charges", headers: ["Idempotency-Key": "c\(number)"],
                    body: #"{"user": "u", "run": "r", "model": "gpt-4o", "output_tokens": 100}"#)
            }
        }

        private func names(_ text: String) -> Set<String> {
            Set(
                text.matches(of: /\b(?:budgetd|process)_[a-z_]+/).map { match in
                    String(match.0).replacing(/_(bucket|sum|count)$/, with: "")
                })
        }

        @Test func thePageHasWhatHappened() throws {
            let daemon = try HTTPDaemon()
            try spend(daemon)
            #expect(try daemon.send(as: "nobody", "GET", "/metrics").status == 401)
            let page = try daemon.send(as: "ops", "GET", "/metrics")
            #expect(page.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            let decisions = "budgetd_decisions_total{command="
            for line in [
                decisions + "\"reserve\",decision=\"allow\",reason=\"\"} 2",
                decisions + "\"charge\",decision=\"allow\",reason=\"\"} 8",
                decisions + "\"charge\",decision=\"deny\",reason=\"limit_exceeded\"} 1",
                "budgetd_reservations_total{event=\"committed\"} 1",
                "budgetd_requests_total{api=\"socket\",command=\"COMMIT\"} 1",
                "budgetd_requests_total{api=\"http\",command=\"CHARGE\"} 9",
                "budgetd_request_duration_seconds_count{api=\"http\"} 9",
                "budgetd_cost_usd_total{tenant=\"default\",model=\"gpt-4o\"} 0.024",
                "budgetd_tokens_total{tenant=\"default\",model=\"gpt-4o\"} 5400",
                "budgetd_holds 1", "budgetd_ready 1", "budgetd_wrong_credentials_total 1",
                "budgetd_redis_connections{state=\"ready\"} 1", "budgetd_daemons 1",
            ] { #expect(page.body.contains(line + "\n"), "\(line) in \(page.body)") }
            for name in ["u", "r"] { #expect(!page.body.contains("=\"\(name)\"")) }
            let file = try daemon.daemon.directory.write("metrics", page.body)
            let lint = try Program(["sh", "-c", "promtool check metrics < \(file)"])
            #expect(lint.ending == .exit(0), "\(lint.output) \(lint.errors)")
        }

        @Test func whatIsShippedAsksForWhatThereIs() throws {
            let daemon = try HTTPDaemon()
            try spend(daemon)
            let page = try daemon.client.send("GET", "/metrics").body
            let types = page.matches(of: /# TYPE ([a-z_]+)/).map { String($0.1) }
            for file in ["prometheus/alerts.yaml", "grafana/budgetd.json"] {
                let text = try String(contentsOfFile: deploy + "/" + file, encoding: .utf8)
                let asked = names(text)
                #expect(!asked.isEmpty)
                #expect(asked.subtracting(types) == [], "\(file)")
            }
            let rules = try Program([
                "promtool", "check", "rules", deploy + "/prometheus/alerts.yaml",
            ])
            #expect(rules.ending == .exit(0), "\(rules.output) \(rules.errors)")
            let fired = try Program([
                "promtool", "test", "rules", deploy + "/prometheus/alerts.test.yaml",
            ])
            #expect(fired.ending == .exit(0), "\(fired.output) \(fired.errors)")
        }

        /// Debian's Prometheus with the configuration that is shipped, but for place and pace.
        @Test func aRealPrometheusReadsIt() throws {
            let daemon = try HTTPDaemon()
            try spend(daemon)
            let directory = try TestDirectory()
            let port = try LoopbackPort.free()
            let shipped = try String(
                contentsOfFile: deploy + "/prometheus/prometheus.yaml", encoding: .utf8)
            let text = shipped.replacing("127.0.0.1:6381", with: "127.0.0.1:\(daemon.port)")
                .replacing("15s", with: "1s")
            let file = try directory.write("prometheus.yaml", text)
            try directory.write("budgetd.token", daemon.secrets["ops"] ?? "")
            try directory.write(
                "alerts.yaml",
                try String(contentsOfFile: deploy + "/prometheus/alerts.yaml", encoding: .utf8))
            let check = try Program(["promtool", "check", "config", file])
            #expect(check.ending == .exit(0), "\(check.output) \(check.errors)")
            let prometheus = try TestProcess(
                [
                    "prometheus", "--config.file=\(file)",
                    "--storage.tsdb.path=\(directory.path)/data",
                    "--web.listen-address=127.0.0.1:\(port)",
                ], directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/err")
            defer { prometheus.kill() }
            func value(_ query: String) -> String? {
                let escaped =
                    query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try? HTTPClient(port: port).send(
                    "GET", "/api/v1/query?query=\(escaped)")
                let data = answer?.json["data"] as? [String: Any]
                let first = (data?["result"] as? [[String: Any]])?.first
                return (first?["value"] as? [Any])?.last as? String
            }
            let isRead = eventually(seconds: 30) { value("budgetd_ready") == "1" }
            #expect(isRead, "\(directory.text("err"))")
            #expect(value("sum(budgetd_cost_usd_total)") == "0.024")
            #expect(value("sum(budgetd_decisions_total{decision=\"deny\"})") == "1")
            #expect(value("count(ALERTS)") == nil)
        }
    }
}
