// The list of limits, on both APIs and as a table.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct LimitListTests {
        /// The policy's limits whole: what they match, how fast a bucket empties, when a life ends.
        @Test func aListOfLimitsSaysWhichCallsAreMeant() throws {
            let policy = """
                version: 1
                limits:
                  - name: premium
                    per: [user]
                    window: rolling 24h
                    measure: cost
                    cap: 20
                    match: { model: ["gpt-4*", "claude-opus-*"], label.tier: free }
                  - { name: rate, per: [agent], window: bucket, measure: calls, rate: 90/m,
                      burst: 2 }
                  - { name: life, per: [session], window: lifetime, idle: 24h, measure: calls,
                      cap: 2 }
                prices: [prices.yaml]
                """
            let daemon = try HTTPDaemon(policy: policy)
            let limits = try daemon.daemon.ask("LIMIT LIST").maps("limits")
            func told(_ limit: RESPValue) -> String {
                let match = limit.maps("match").map { clause in
                    let patterns = clause.list("patterns").joined(separator: "|")
                    return "\(clause.text("field") ?? "?")=\(patterns)"
                }
                return
                    (["limit", "idle_ms", "rate", "rate_ms"].map { limit.text($0) ?? "?" } + match)
                    .joined(separator: " ")
            }
            #expect(
                limits.map(told) == [
                    "premium null null null label.tier=free model=gpt-4*|claude-opus-*",
                    "rate null 3 2000", "life 86400000 null null",
                ])
            let http = try daemon.client.send("GET", "/v1/limits")
            let first = (http.json["limits"] as? [[String: Any]])?.first
            let match = first?["match"] as? [[String: Any]] ?? []
            #expect(
                match.map { $0["field"] as? String } == ["label.tier", "model"], "\(http.body)")
            #expect(match.last?["patterns"] as? [String] == ["gpt-4*", "claude-opus-*"])
            let table = try Control("limit list", socket: daemon.daemon.socketPath).output
            #expect(
                table.contains(
                    #/premium .*\$20\.00 +enforce +label\.tier=free, model=gpt-4\*\|claude-opus/#),
                "\(table)")
            #expect(table.contains(#/rate +agent +bucket 90\/m +calls +2 +enforce\n/#), "\(table)")
            #expect(table.contains(#/life +session +lifetime, 1d idle +calls/#), "\(table)")
            let usage = try Control(
                "usage agent=a session=s user=u model=gpt-4o label.tier=free",
                socket: daemon.daemon.socketPath
            ).output
            for line in [
                #/premium .* rolls on\n/#, #/rate .* refills\n/#, #/life .* if idle 1d\n/#,
            ] {
                #expect(usage.contains(line), "\(usage)")
            }
        }
    }
}
