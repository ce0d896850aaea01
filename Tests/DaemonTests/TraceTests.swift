// One id leads from the reservation to the entry: in the answers, in the log, in the ledger.

import Testing

extension WholeDaemon {
    @Suite struct TraceTests {
        @Test func oneIdLeadsFromReservationToEntry() throws {
            let daemon = try TestDaemon(policy: Policies.capped(1000))
            let client = try daemon.connect()
            let reserved = try client.ask(
                "RESERVE idempotency_key secret-key run r7 task t7 user u model gpt-4o "
                    + "input_tokens 4000 output_tokens 600")
            let id = try #require(reserved.text("id"))
            let commit = try client.ask("COMMIT \(id) response_id chatcmpl-1")
            #expect(commit.text("id") == id)
            #expect(try client.ask("STATUS \(id)").text("state") == "committed")
            let run = try client.ask("RUN r7")
            let entry = try #require(run["entries"]?[0])
            #expect(entry.text("id") == id)
            #expect(entry.text("seq") == commit.text("seq"))
            #expect(entry.text("task") == "t7")
            #expect(entry.text("response_id") == "chatcmpl-1")
            #expect(entry.text("price") == "openai/gpt-4o@2026-01-01")
            let lines = daemon.log.split(separator: "\n").filter { $0.contains("id=\(id) ") }
            #expect(lines.count == 2)
            #expect(lines.first?.hasSuffix("admitted") == true)
            #expect(lines.last?.hasSuffix("settled") == true)
            let sequences = [reserved.text("seq"), commit.text("seq")].map { $0 ?? "?" }
            for (line, sequence) in zip(lines, sequences) {
                #expect(line.contains("run=r7 ") && line.contains("task=t7 "), "\(line)")
                #expect(line.contains("seq=\(sequence) "), "\(line)")
            }
            #expect(!daemon.log.contains("secret-key"))
        }
    }
}
