// What of the price files can't be charged. A file of LiteLLM has prices for things that budgetd
// is never told about, and a price that is passed over in silence is a call that is booked too
// low: so everything is listed here, and nothing else decides what is.

/// The findings about all price files of a policy.
public struct PriceCheck: Codable, Equatable, Sendable {
    /// Findings of one kind: the same problem with the same field.
    public struct Group: Codable, Equatable, Sendable {
        public let problem: PriceFinding.Problem
        /// Empty where it is about whole items.
        public let field: String
        /// Items, at least one.
        public let count: Int
        /// The first of them.
        public let example: PriceFinding
    }

    /// Of all files.
    public let items: Int
    /// Those that have a price in the book.
    public let priced: Int
    /// In the order of files and lines.
    public let findings: [PriceFinding]

    public init(items: Int, priced: Int, findings: [PriceFinding]) {
        self.items = items
        self.priced = priced
        self.findings = findings
    }

    /// The findings by problem and field, the largest groups of each problem first.
    public var groups: [Group] {
        let problems = PriceFinding.Problem.allCases
        return Dictionary(grouping: findings) { [$0.problem.rawValue, $0.field] }.values
            .map { group in
                Group(
                    problem: group[0].problem, field: group[0].field, count: group.count,
                    example: group[0])
            }
            .sorted { left, right in
                let ranks = [left, right].map { problems.firstIndex(of: $0.problem) ?? 0 }
                return (ranks[0], -left.count, left.field) < (ranks[1], -right.count, right.field)
            }
    }

    /// The groups as rows of a table, the titles first.
    public var rows: [[String]] {
        [["problem", "field", "items", "for example", "which means"]]
            + groups.map {
                [$0.problem.rawValue, $0.field, "\($0.count)", $0.example.item, $0.example.text]
            }
    }
}
