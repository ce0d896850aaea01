// The house style, held by the checkout itself. Each rule is a function over one file; what the
// rules catch is tested in RuleTests.
import Testing

@Suite struct HouseStyleTests {
    typealias Rule = @Sendable (SourceFile) -> [Violation]

    static let swiftRules: [Rule] = [
        SizeRules.lines, SizeRules.file, SizeRules.functions, ImportRule.check, WordRules.names,
        WordRules.reasons, WordRules.opening,
    ]

    /// For every text file, whatever its language.
    static let textRules: [Rule] = [WordRules.marks, PlaceRules.keys]

    @Test func theCheckoutKeepsTheStyle() throws {
        let files = try Checkout().files()
        #expect(files.contains { $0.path == "Package.swift" })
        for file in files {
            let rules = Self.textRules + (file.isSwift ? Self.swiftRules : [])
            for violation in rules.flatMap({ $0(file) }) { record(violation) }
        }
        let long = files.filter { $0.isSwift && $0.lines.count > SizeRules.reviewedFile }
        for file in long {
            print("style: \(file.path) has \(file.lines.count) lines: can it be parted?")
        }
    }

    @Test func nothingElseLiesAtTheTop() throws {
        let checkout = Checkout()
        let violations = PlaceRules.top(try checkout.topLevel(), ignored: try checkout.ignored())
        for violation in violations { record(violation) }
    }

    private func record(_ violation: Violation) {
        Issue.record(Comment(rawValue: "\(violation)"))
    }
}
