// JSON with lines: what is read, and what is said of what is no JSON.

import Testing

@testable import BudgetService

@Suite struct JSONFileTests {
    private func read(_ text: String) -> (node: JSONNode?, faults: [String]) {
        let faults = FaultList(file: "f")
        return (JSONFile.root(text: text, faults: faults), faults.faults.map(\.text))
    }

    @Test func valuesKeepTheirTextAndLine() {
        let node = read(
            " {\"a\": [1.50e-7, \"x\\u00e9\\n\"],\n \"b\":\t{\n\"c\": null}, \"d\": true}"
        ).node
        let members = node?.members
        #expect(
            members?["a"]?.value
                == .list([
                    JSONNode(value: .number("1.50e-7"), line: 1),
                    JSONNode(value: .text("xé\n"), line: 1),
                ]))
        #expect(members?["b"]?.members?["c"] == JSONNode(value: .null, line: 3))
        #expect(members?["d"] == JSONNode(value: .flag(true), line: 3))
        #expect(read("{}").node?.members?.isEmpty == true)
        #expect(read("[]").node?.value == .list([]))
    }

    @Test(
        arguments: [
            ("", "f:1: not valid JSON: found the end; expected a value"),
            ("{", "f:1: not valid JSON: found the end; expected a name"),
            ("{\n\"a\" 1}", "f:2: not valid JSON: found \"1\"; expected \":\""),
            ("{\"a\": 1,}", "f:1: not valid JSON: found \"}\"; expected a name"),
            ("[1\n2]", "f:2: not valid JSON: found \"2\"; expected \",\" or \"]\""),
            ("[1] 2", "f:1: not valid JSON: found \"2\"; expected the end"),
            ("[\u{feff}1]", "f:1: not valid JSON: found a byte order mark; expected a value"),
            ("[é]", "f:1: not valid JSON: found \"é\"; expected a value"),
            ("[nul]", "f:1: not valid JSON: found \"n\"; expected a value"),
            ("\"a", "f:1: not valid JSON: found the end; expected the end of a text"),
            ("\"a\\", "f:1: not valid JSON: found the end; expected the end of a text"),
            (
                "\"\\x\"",
                "f:1: not valid JSON: a text has an unknown escape; expected one of JSON's"
            ),
            ("\"\n\"", "f:1: not valid JSON: found \"\\n\"; expected the end of a text"),
        ])
    func faults(text: String, fault: String) {
        #expect(read(text).faults == [fault])
        #expect(read(text).node == nil)
    }

    @Test(arguments: [
        ("0", true), ("-0", true), ("10", true), ("0.5", true), ("-1.50e-7", true), ("1E+9", true),
        ("01", false), ("-01", false), ("1.", false), ("1.e5", false), ("1e", false),
        ("1e+", false), ("--1", false), ("-", false), ("1.2.3", false), ("1-2", false),
    ])
    func numbersAreSpeltAsJSONHasThem(_ text: String, _ isOne: Bool) {
        let read = read("[\(text)]")
        #expect((read.node != nil) == isOne)
        let fault = "f:1: not valid JSON: found \(text); expected a number as JSON spells it"
        #expect(read.faults == (isOne ? [] : [fault]))
    }

    @Test func bounds() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(
            read(deep).faults
                == ["f:1: not valid JSON: the nesting is too deep; expected at most 32"])
        let long = String(repeating: " ", count: JSONFile.maxBytes + 1)
        #expect(
            read(long).faults == ["f:1: the file has 16777217 bytes; expected at most 16777216"])
    }
}
