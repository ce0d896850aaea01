// `budgetbench compare`: everything is measured, a cap is passed by those alone who look at it
// afterwards, and picture and table can be read.

import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import budgetbench

@Suite(.timeLimit(.minutes(10))) struct CompareTests {
    @Test func whoLooksAfterwardsPassesTheCapAndBudgetdDoesNot() throws {
        let directory = try TestDirectory()
        let bench = try Bench(
            [
                "compare", "--quick", "--rounds", "1", "--json", "--python", Bench.python,
                "--output", directory.path + "/found",
            ])
        try #require(bench.status == 0, "\(bench.errors)")
        let report = try bench.report
        let past = Self.byPeer(report["overspend"]).mapValues { $0["calls"] as? [String: Double] }
        // 64 workers, each of whom learns it from a call that is made already.
        #expect(past["redis_py_incrby"]??["median"] == 64)
        for peer in ["budgetd", "direct", "home_made", "redis_py_budgetd", "redis_py_direct"] {
            #expect(past[peer]??["high"] == 0, "\(peer)")
            #expect(past[peer]??["low"] == 0, "\(peer)")
        }
        let rows = report["rows"] as? [[String: Any]] ?? []
        #expect(rows.count == 14)
        for row in rows {
            for name in ["decisions_per_second", "p50_micros", "client_micros", "redis_micros"] {
                #expect(((row[name] as? [String: Double])?["low"] ?? 0) > 0, "\(name) of \(row)")
            }
        }
        #expect((report["ratios"] as? [Any])?.count == 4)
        let markdown = directory.text("found/compare.md")
        #expect(markdown.contains("## Past a cap"))
        #expect(directory.text("found/compare.json") == bench.output)
        let picture = XMLDocument(directory.text("found/compare.svg"))
        #expect(picture.bars == rows.count + past.count)
    }

    @Test func aPythonWithoutThePackagesIsSaid() throws {
        let bench = try Bench(["compare", "--quick", "--python", "/bin/false"])
        #expect(bench.status == 1)
        #expect(bench.errors.contains("/bin/false has no redis and limits"))
    }

    @Test func aPictureOfAwkwardNamesIsWellFormed() {
        var picture = BarPicture(title: "a < b & \"c\"")
        picture.add(
            "<none>",
            [
                .init(label: "]]>", value: Spread([0]), note: "&amp;", isOurs: true),
                .init(label: "-", value: Spread([1, 2, 3]), note: "", isOurs: false),
            ])
        picture.add("empty", [])
        #expect(XMLDocument(picture.svg).bars == 2)
        #expect(XMLDocument(picture.svg.replacing("]]&gt;", with: "<")).bars == nil)
        #expect(XMLDocument(String(picture.svg.dropLast(8))).bars == nil)
    }

    private static func byPeer(_ value: Any?) -> [String: [String: Any]] {
        var found: [String: [String: Any]] = [:]
        for one in value as? [[String: Any]] ?? [] { found[one["peer"] as? String ?? ""] = one }
        return found
    }
}

/// An XML text as its parser finds it.
private final class XMLDocument: NSObject, XMLParserDelegate {
    /// Rectangles on the background; nil where the text is not well-formed.
    var bars: Int? { depth == 0 && isWhole ? rectangles - 1 : nil }
    private var rectangles = 0
    private var depth = 0
    private var isWhole = false

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        isWhole = parser.parse() && parser.parserError == nil
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        depth += 1
        if elementName == "rect" { rectangles += 1 }
    }

    // Not every fault of an end too early is told by the parser itself.
    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        depth -= 1
    }
}
