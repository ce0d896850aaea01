// The configuration file that is shipped: read as it is, and with all that it comments out.

import BudgetService
import Foundation
import Testing

@testable import BudgetDaemon

@Suite struct DeployedFileTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "deploy/budgetd.yaml").path

    @Test func asItIsItHasNoFault() throws {
        let file = try ConfigurationReader.read(path: Self.path).get()
        #expect(file.policy?.hasSuffix("deploy/policy.yaml") == true)
        #expect(file.socket == "/run/budgetd/budgetd.sock")
        #expect(file.socketMode == 0o660)
        #expect(file.durability == .always)
        #expect(file.listen == nil && file.http == nil && file.redis == nil)
    }

    /// Text stands behind `# `, settings behind `#` alone, so that taking the mark away is enough.
    @Test func whatIsCommentedOutIsTrueToo() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let lines = text.components(separatedBy: "\n").map { line in
            line.contains(/^#( {2,})?[a-z]/) ? String(line.dropFirst()) : line
        }
        let whole = lines.joined(separator: "\n")
            .replacing("durability: always\n", with: "")
            .replacing("group: budgetd\n", with: "group: root\n")
        for key in ConfigurationReader.keys where key != "durability" {
            #expect(whole.contains("\n\(key):"), "\(key)")
        }
        for keys in [
            SocketReader.keys, RolesReader.keys, ListenReader.keys, ListenTLSReader.keys,
            RedisReader.keys, HTTPReader.keys,
        ] {
            for key in keys { #expect(whole.contains(" \(key):"), "\(key)") }
        }
        guard
            case .failure(let faults) = ConfigurationReader.read(
                text: whole, file: "/nonexistent/b.yaml")
        else {
            Issue.record("there are no such files")
            return
        }
        // Only files are missing.
        #expect(
            faults.lines.map { $0.split(separator: " ")[1] } == [
                "listen.tokens:", "listen.tls:", "http.tokens:", "redis.password_file:",
                "redis.tls_ca:",
            ])
    }
}
