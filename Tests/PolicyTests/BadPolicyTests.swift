// Every fault is told, with file, line, path and what was expected.

import BudgetModel
import BudgetService
import Testing

import protocol Foundation.LocalizedError

@Suite struct BadPolicyTests {
    private struct Missing: LocalizedError {
        var errorDescription: String? { "no such file" }
    }

    private func faults(_ files: [String: String]) -> [String] {
        let result = PolicyReader.read(
            text: files["policy.yaml"] ?? "", file: "policy.yaml",
            loadFile: { path in
                guard let text = files[path] else { throw Missing() }
                return text
            })
        switch result {
        case .success: return []
        case .failure(let faults): return faults.faults.map(\.text)
        }
    }

    @Test(arguments: try BadCase.all())
    func isRefused(bad: BadCase) {
        #expect(faults(bad.files) == bad.faults)
    }

    @Test func thereAreManyCases() throws {
        #expect(try BadCase.all().count >= 40)
    }

    @Test func anEmptyFile() {
        for text in ["", "\n\n", "# only a comment\n"] {
            #expect(
                faults(["policy.yaml": text])
                    == ["policy.yaml:1: the file is empty; expected a policy"])
        }
    }

    @Test func aFileThatIsTooLarge() {
        let text = String(repeating: "#\n", count: 600_000)
        #expect(
            faults(["policy.yaml": text])
                == ["policy.yaml:1: the file has 1200000 bytes; expected at most 1048576"])
    }

    @Test func aControlCharacter() {
        #expect(
            faults(["policy.yaml": "version: 1\nlimits: []\nx: \u{1}\n"])
                == ["policy.yaml:3: not valid YAML: control characters are not allowed"])
    }

    @Test func nestingIsBounded() {
        let text = "limits: " + String(repeating: "[", count: 100_000)
        #expect(faults(["policy.yaml": text]).count == 1)
    }

    @Test func aBombOfAliasesIsNotSetOff() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...60 {
            text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        text += "? *a60\n: x\n"
        let found = faults(["policy.yaml": text])
        #expect(found.count == 100)
        #expect(
            found.first
                == "policy.yaml:1: anchors (&name) are not supported; expected the value itself")
    }

    @Test func tooManyLimits() {
        let limits = (0...Bounds.maxLimits).map { index in
            "  - { name: l\(index), per: [label.l\(index)], window: day, measure: calls, cap: 1 }"
        }
        let text = "version: 1\nlimits:\n" + limits.joined(separator: "\n")
        #expect(
            faults(["policy.yaml": text])
                == ["policy.yaml:3: limits: 65 limits are too many; expected at most 64"])
    }

    /// A price file stands beside the policy, and its faults carry its own name.
    @Test func pathsOfPriceFiles() {
        var asked: [String] = []
        let text = "version: 1\nlimits: []\nprices: [prices.yaml, sub/more.yaml, /abs.yaml]\n"
        _ = PolicyReader.read(
            text: text, file: "/etc/budgetd/policy.yaml",
            loadFile: { path in
                asked.append(path)
                return "prices: []\n"
            })
        #expect(asked == ["/etc/budgetd/prices.yaml", "/etc/budgetd/sub/more.yaml", "/abs.yaml"])
    }

    @Test func aPolicyThatIsNotThere() {
        let result = PolicyReader.read(path: "/nonexistent/policy.yaml")
        guard case .failure(let faults) = result else {
            Issue.record("a policy out of nothing")
            return
        }
        #expect(faults.text.hasPrefix("/nonexistent/policy.yaml:1: can't be read: "))
        #expect(!faults.text.contains("\n"))
    }
}
