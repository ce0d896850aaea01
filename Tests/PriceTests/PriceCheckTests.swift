// What can't be charged is listed, and never passes for free.

import BudgetModel
import Foundation
import Testing

@testable import BudgetService

@Suite struct PriceCheckTests {
    private static let prices = """
        {
          "good": {"input_cost_per_token": 1e-06, "output_cost_per_pixel": 0, "max_tokens": 5},
          "word": {"input_cost_per_token": "cheap", "output_cost_per_token": 1e-06},
          "minus": {"input_cost_per_token": -1e-06},
          "dear": {"input_cost_per_token": 9001},
          "list": {"input_cost_per_token": [1]},
          "fine": {"input_cost_per_second": 0.0002833333333333333},
          "noise": {"input_cost_per_token": 1.5000000000000002e-07},
          "pixel": {"mode": "image_generation", "input_cost_per_pixel": 2e-08},
          "pixel too": {"mode": "image_generation", "input_cost_per_pixel": 3e-08},
          "new": {"input_cost_per_token": 1e-06, "input_cost_per_thought": 1},
          "night": {"input_cost_per_token": 1e-06, "off_peak_pricing": {"input_cost_per_token": 1}},
          "sizes": {"input_cost_per_token": 1e-06, "search_context_cost_per_query":
            {"search_context_size_low": 1, "search_context_size_medium": 2}}
        }
        """

    private func check(_ json: String) throws -> PriceCheck {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "price-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try "version: 1\nlimits: []\nprices: [p.json]\n".write(
            to: directory.appending(path: "policy.yaml"), atomically: true, encoding: .utf8)
        try json.write(
            to: directory.appending(path: "p.json"), atomically: true, encoding: .utf8)
        return try PolicyReader.checkPrices(path: directory.appending(path: "policy.yaml").path)
            .get()
    }

    @Test func everyProblemHasItsPlace() throws {
        let check = try check(Self.prices)
        #expect(
            check.findings.map { "\($0.line) \($0.item) \($0.problem.rawValue) \($0.field)" } == [
                "3 word not_a_number input_cost_per_token",
                "4 minus negative input_cost_per_token",
                "5 dear too_large input_cost_per_token",
                "6 list not_a_number input_cost_per_token",
                "7 fine rounded input_cost_per_second",
                "9 pixel no_usage input_cost_per_pixel", "9 pixel no_price ",
                "10 pixel too no_usage input_cost_per_pixel", "10 pixel too no_price ",
                "11 new unknown_field input_cost_per_thought",
                "12 night no_usage off_peak_pricing",
                "14 sizes no_usage search_context_cost_per_query",
            ])
        #expect(check.items == 12)
        #expect(check.priced == 6)
        #expect(
            check.findings[4].text
                == "0.0002833333333333333 is finer than 1e-15; held as 0.000283333333333")
    }

    @Test func groupsTellHowMany() throws {
        let check = try check(Self.prices)
        let rows = check.rows
        #expect(rows[0] == ["problem", "field", "items", "for example", "which means"])
        #expect(rows[1][0...3] == ["no_price", "", "2", "pixel"])
        #expect(rows[2][0...3] == ["no_usage", "input_cost_per_pixel", "2", "pixel"])
        #expect(rows.count == 1 + check.groups.count)
        #expect(check.groups.reduce(0) { $0 + $1.count } == check.findings.count)
        let again = try JSONDecoder().decode(
            PriceCheck.self, from: try JSONEncoder().encode(check))
        #expect(again == check)
    }

    @Test func whatHasNoPriceIsUnknownAndNotFree() throws {
        let file = LiteLLMFile(text: Self.prices, faults: FaultList(file: "p.json"))
        let book = PriceBook(file.entries)
        for model in ["word", "minus", "dear", "list", "pixel"] {
            var usage = Usage()
            usage.model = model
            #expect(book.cost(of: usage, at: 0) == .unknown(.model(model, provider: nil)))
        }
    }
}
