// The running daemon against its own OpenAPI document: Schemathesis sends what the document allows
// and what it doesn't, and finds no fault of the server and no answer that isn't documented.

import BudgetService
import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct SchemathesisTests {
        private static let program = Checkout.path + "/.build/schemathesis/bin/schemathesis"

        private static let checks = [
            "not_a_server_error", "status_code_conformance", "content_type_conformance",
            "response_headers_conformance", "response_schema_conformance",
            "negative_data_rejection", "missing_required_header", "unsupported_method",
            "allow_header_conformance",
        ]

        @Test func theDocumentIsTrue() throws {
            let daemon = try HTTPDaemon(
                policy: """
                    version: 1
                    limits:
                      - { name: calls, per: [user], window: day, measure: calls, cap: 3 }
                      - { name: rate, per: [agent], window: bucket, measure: calls,
                          rate: 1/h, burst: 1 }
                    prices: [prices.yaml]
                    """)
            let directory = daemon.daemon.directory.path
            let run = try Program(
                [
                    "env", "-C", directory, Self.program, "run",
                    "http://127.0.0.1:\(daemon.port)/openapi.json",
                    "--header", "Authorization: Bearer \(daemon.secrets["admin"] ?? "")",
                    "--checks", Self.checks.joined(separator: ","),
                    "--phases", "examples,coverage,fuzzing", "--max-examples", "10",
                    "--max-time", "40", "--generation-deterministic", "--no-color",
                    "--continue-on-failure",
                    // Their answers have no end; EventStreamTests asks for them.
                    "--exclude-path-regex", "^/v1/(events|acts)$",
                ], seconds: 120)
            #expect(run.ending == .exit(0), "\(run.output.suffix(6000)) \(run.errors)")
            #expect(run.output.contains("Test cases:"), "\(run.output.suffix(2000))")
            #expect(!daemon.daemon.log.contains(" error "), "\(daemon.daemon.log.suffix(2000))")
        }
    }
}
