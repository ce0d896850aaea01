// One version for all that is delivered from this checkout.
import Foundation
import Testing

@Suite struct VersionTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Checkout().root.appending(path: path), encoding: .utf8)
    }

    @Test func everyPackageHasTheSame() throws {
        let own = try #require(
            text("Sources/BudgetModel/Version.swift").firstMatch(of: /text = "([0-9.]+)"/)
        ).1
        let python = try text("Sources/PythonClient/pyproject.toml")
        #expect(python.contains("\nversion = \"\(own)\"\n"))
        #expect(try text("deploy/package").contains("Sources/BudgetModel/Version.swift"))
    }
}
