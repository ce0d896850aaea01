// The policies and prices that are shipped: each is read whole, as the daemon reads it.

import BudgetModel
import BudgetService
import Foundation
import Testing

@Suite struct DeployedFilesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy").path

    /// The names of the shipped files that begin so.
    private static func files(_ prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".yaml") }
    }

    private func policy(_ name: String) throws -> Policy {
        try PolicyReader.read(path: Self.folder + "/" + name).get()
    }

    @Test(arguments: try files("policy.")) func aPolicyHasNoFault(_ name: String) throws {
        let policy = try policy(name)
        #expect(!policy.limits.isEmpty)
        #expect(!policy.priceBook.entries.isEmpty)
    }

    @Test func nobodyIsForgotten() throws {
        #expect(
            try Self.files("policy.")
                == ["policy.company.yaml", "policy.example.yaml", "policy.team.yaml"])
    }

    /// Also a price file that no policy names.
    @Test(arguments: try files("prices.")) func aPriceFileHasNoFault(_ name: String) throws {
        let text = "version: 1\nlimits: []\nprices: [\(name)]\n"
        let policy = try PolicyReader.read(
            text: text, file: Self.folder + "/policy.yaml",
            loadFile: { try String(contentsOfFile: $0, encoding: .utf8) }
        ).get()
        #expect(!policy.priceBook.entries.isEmpty)
    }

    /// What the company's policy is meant to show stands in it.
    @Test func theCompanyShowsWhatThereIs() throws {
        let policy = try policy("policy.company.yaml")
        #expect(
            Set(policy.limits.map(\.measure))
                == Set(Measure.allCases).subtracting([
                    .inputTokens, .outputTokens,
                ]))
        #expect(policy.limits.contains { $0.window == .rolling(milliseconds: 86_400_000) })
        #expect(policy.limits.contains { $0.window == .rolling(milliseconds: 30 * 86_400_000) })
        #expect(policy.limits.contains { if case .bucket = $0.window { true } else { false } })
        #expect(policy.limits.contains { $0.mode == .shadow })
        #expect(policy.reservations.onExpire == .charge)
        #expect(policy.timeZone(of: "acme").identifier == "Europe/Berlin")
        #expect(policy.timeZone(of: "another") == .gmt)
    }

    /// The negotiated price replaces the list price from its day on, and not before.
    @Test func theCompanyPaysWhatItNegotiated() throws {
        let policy = try policy("policy.company.yaml")
        var usage = Usage()
        usage.provider = "openai"
        usage.model = "gpt-4o"
        usage.inputTokens = 1000
        usage.outputTokens = 100
        let july: Int64 = 1_782_864_000_000
        #expect(
            policy.cost(of: usage, subject: Subject(), at: july - 1)
                == .priced(nano: 3_500_000, version: "openai/gpt-4o@2026-01-01"))
        #expect(
            policy.cost(of: usage, subject: Subject(), at: july)
                == .priced(nano: 2_800_000, version: "openai/gpt-4o@2026-07-01"))
    }
}
