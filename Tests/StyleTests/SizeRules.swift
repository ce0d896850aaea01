// How long a line, a file and a function may be.

enum SizeRules {
    static let longestLine = 100
    static let longestFile = 300
    static let reviewedFile = 150
    static let longestFunction = 70

    static func lines(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().filter { $0.element.count > longestLine }.map {
            file.violation($0.offset, "\($0.element.count) columns, allowed \(longestLine)")
        }
    }

    static func file(_ file: SourceFile) -> [Violation] {
        guard file.lines.count > longestFile else { return [] }
        return [Violation(file.path, 0, "\(file.lines.count) lines, allowed \(longestFile)")]
    }

    static func functions(_ file: SourceFile) -> [Violation] {
        FunctionSpan.all(in: file.code).filter { $0.length > longestFunction }.map {
            file.violation($0.first, "a function of \($0.length) lines, allowed \(longestFunction)")
        }
    }
}
