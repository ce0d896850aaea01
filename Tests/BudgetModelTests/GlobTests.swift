// Patterns of a limit's match.

import BudgetModel
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("gpt-4*", "gpt-4o-mini"), ("gpt-4*", "gpt-4"), ("*", ""), ("*", "x"), ("", ""),
        ("**", "x"), ("claude-opus-*", "claude-opus-4"), ("a?c", "abc"), ("?", "é"),
        ("x?y", "x😀y"), ("*?", "é"), ("*a*b", "xaxaxb"), ("*ab", "aaab"), ("a*b*c", "abbc"),
        ("é*", "école"), ("a.b", "a.b"), ("[a]", "[a]"), ("*-mini", "gpt-4o-mini"),
    ])
    func matches(pattern: String, text: String) {
        #expect(Glob.matches(pattern, text))
    }

    @Test(arguments: [
        ("gpt-4*", "gpt-3.5"), ("gpt-4", "gpt-4o"), ("", "x"), ("?", ""), ("??", "é"),
        ("*??", "é"), ("a?c", "ac"), ("GPT*", "gpt"), ("*ab", "aba"), ("a.b", "axb"),
        ("*é", "e"), ("[a]", "a"), ("a*b*c", "acb"),
    ])
    func refuses(pattern: String, text: String) {
        #expect(!Glob.matches(pattern, text))
    }

    /// A pattern that makes a backtracking matcher take ages.
    @Test func manyStarsStayFast() {
        let text = String(repeating: "a", count: 256)
        #expect(!Glob.matches(String(repeating: "a*", count: 100) + "b", text))
    }
}
