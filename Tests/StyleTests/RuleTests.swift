// Each rule of the house style, shown a sample that breaks it and one that doesn't.
import Testing

@Suite struct RuleTests {
    private func file(_ text: String, at path: String = "Sources/RESP/Sample.swift") -> SourceFile {
        SourceFile(path, text)
    }

    private func function(lines: Int, head: String = "func long() {") -> String {
        ([head] + Array(repeating: "    work()", count: lines - 2) + ["}"]).joined(separator: "\n")
    }

    @Test func lines() {
        let long = String(repeating: "a", count: 101)
        #expect(SizeRules.lines(file("short\n\(long)\n")).map(\.line) == [2])
        #expect(SizeRules.lines(file(String(long.dropLast()))).isEmpty)
    }

    @Test func files() {
        #expect(SizeRules.file(file(String(repeating: "a\n", count: 301))).count == 1)
        #expect(SizeRules.file(file(String(repeating: "a\n", count: 300))).isEmpty)
    }

    @Test(arguments: [
        "func long() {", "    public static func long<T>(_ a: T) -> T where T: P {",
        "init() {", "    override init?(a: Int) throws {", "deinit {", "subscript(a: Int) -> Int {",
        "@inlinable func long(\n    a: () -> Void = {}\n) async throws -> Int {",
        "private(set) static func == (a: A, b: A) -> Bool {",
    ])
    func functions(head: String) {
        let extra = head.split(separator: "\n").count - 1
        #expect(SizeRules.functions(file(function(lines: 71 - extra, head: head))).count == 1)
        #expect(SizeRules.functions(file(function(lines: 70 - extra, head: head))).isEmpty)
    }

    @Test func functionsWithoutABodyAndBracesInTexts() {
        let sample = """
            protocol P {
                func a() -> Int
                func b()
            }
            func c() {
                print("{ \\(d { 1 }) {", #"" { "#) // {
                /* { /* { */ { */
            }
            """
        #expect(FunctionSpan.all(in: file(sample).code) == [FunctionSpan(first: 4, last: 7)])
    }

    @Test func imports() {
        let wrong = "// x\npublic import BudgetModel\nimport struct NIOCore.ByteBuffer\nimport RESP"
        #expect(ImportRule.check(file(wrong)).map(\.line) == [2])
        for (module, imported) in [
            ("HTTPAPI", "RESP"), ("HTTPAPI", "SocketAPI"), ("SocketAPI", "HTTPAPI"),
            ("RESP", "BudgetModel"), ("BudgetModel", "RESP"), ("budgetd", "BudgetStore"),
        ] {
            let sample = file("import \(imported)", at: "Sources/\(module)/A.swift")
            #expect(ImportRule.check(sample).count == 1)
        }
        #expect(ImportRule.check(file("// import BudgetModel")).isEmpty)
        #expect(ImportRule.check(file("", at: "Sources/Unknown/A.swift")).count == 1)
        #expect(ImportRule.check(file("import RESP", at: "Tests/X/A.swift")).isEmpty)
    }

    @Test func noModuleImportsOneThatImportsIt() {
        for (module, imports) in ImportRule.allowed {
            for imported in imports {
                #expect(ImportRule.allowed[imported]?.contains(module) == false)
            }
        }
    }

    @Test(arguments: [
        "final class LinkManager {}", "enum StringUtils {}", "struct Helper {}",
        "extension A.CommonThings {}", "actor HTTPUtil {}",
    ])
    func typeNames(sample: String) {
        #expect(WordRules.names(file(sample)).count == 1)
    }

    @Test func fileNames() {
        #expect(WordRules.names(file("", at: "Sources/RESP/ByteUtil+X.swift")).count == 1)
        #expect(WordRules.names(file("struct Utilization {} // Helper")).isEmpty)
    }

    @Test func marksOfUnfinishedWork() {
        for mark in ["TO" + "DO", "FIX" + "ME", "XX" + "X"] {
            #expect(WordRules.marks(file("// \(mark): later")).count == 1)
        }
        #expect(WordRules.marks(file("let template = \"XXXX" + "XX\"")).isEmpty)
    }

    @Test(arguments: [
        "let a = b!", "let a = b[0]!.c", "f(a)!", "let a = try! b()", "let a = b as! C",
        "final class A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1",
        "fatalError(\"no // reason\")", "let a = \"\\(b!)\"",
    ])
    func reasons(sample: String) {
        #expect(WordRules.reasons(file("let before = 1\n\(sample)")).map(\.line) == [2])
        #expect(WordRules.reasons(file("\(sample)  // it was checked above")).isEmpty)
        #expect(WordRules.reasons(file("    // it was checked above\n\(sample)")).isEmpty)
        #expect(WordRules.reasons(file(sample, at: "Tests/X/A.swift")).isEmpty)
    }

    @Test func whatIsNoForceUnwrap() {
        #expect(WordRules.reasons(file("if !a, b != c, a !== b { print(\"no!\") }")).isEmpty)
    }

    @Test func openings() {
        #expect(WordRules.opening(file("import A")).count == 1)
        #expect(WordRules.opening(file("")).count == 1)
        #expect(WordRules.opening(file("// What it is.\nimport A")).isEmpty)
    }

    @Test func topLevel() {
        let entries = ["Package.swift", "Sources", ".ci", "Package.resolved", "a.pyc", "docs"]
        let found = PlaceRules.top(entries, ignored: ["Package.resolved", "*.pyc", ".build/"])
        #expect(found.map(\.path) == ["docs"])
    }

    @Test func keys() {
        let literal = "let key = \"b:" + "{\\(tenant)}\""
        #expect(PlaceRules.keys(file(literal)).count == 1)
        #expect(PlaceRules.keys(file(literal, at: PlaceRules.keysFile)).isEmpty)
        let lua = "local key = 'b:" + "{acme}'"
        #expect(PlaceRules.keys(file(lua, at: "Sources/BudgetStore/x.lua")).count == 1)
    }
}
