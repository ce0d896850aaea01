// One model call of an agent, as all that is measured is asked about it: the same subject, the
// same amounts, in whichever form they travel.

import BudgetModel

/// Who calls: a user, and the run of theirs in which the agent works.
struct AgentCall {
    static let tenant = "acme"
    static let agent = "researcher"
    static let model = "gpt-4o"
    static let inputTokens: Int64 = 4000
    static let outputTokens: Int64 = 600
    static let tokens = inputTokens + outputTokens
    /// What it turns out to use: less than was estimated.
    static let usedInputTokens: Int64 = 3900
    static let usedOutputTokens: Int64 = 410
    static let usedTokens = usedInputTokens + usedOutputTokens
    /// In 1e-9 US dollars, as `BenchPolicy` prices it.
    static let cost: Int64 = 16_000_000

    var tenant = Self.tenant
    let userNumber: Int
    let runNumber: Int
    let taskNumber: Int
    /// Tells it from all other calls of its books.
    let ordinal: Int

    var user: String { "user-\(userNumber)" }
    var session: String { "session-" + Self.name(runNumber, salt: 1) }
    var run: String { "run-" + Self.name(runNumber, salt: 2) }
    var task: String { "task-\(taskNumber)" }
    var key: String { "\(run):\(task):\(ordinal)" }

    var subject: Subject {
        var subject = Subject(tenant: tenant)
        subject.user = user
        subject.session = session
        subject.run = run
        subject.task = task
        subject.agent = Self.agent
        return subject
    }

    var usage: Usage {
        var usage = Usage()
        usage.model = Self.model
        usage.inputTokens = Self.inputTokens
        usage.outputTokens = Self.outputTokens
        return usage
    }

    /// Sixteen hexadecimal digits, as frameworks name what they start.
    private static func name(_ number: Int, salt: UInt64) -> String {
        let digits = String(SeededGenerator.mix(UInt64(number) << 2 | salt), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
