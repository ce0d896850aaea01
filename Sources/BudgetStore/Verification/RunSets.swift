// A run's sorted sets, tasks by cost and entries by time, against what the journal's lines make of
// them. Of large ones only their number and both ends are told, and looked at.

import BudgetModel

struct RunSets {
    /// What the lines make of them.
    private(set) var tasks: [ExactText: Int64] = [:]
    /// When each entry was made.
    private(set) var entries: [Sequence: Int64] = [:]

    mutating func enter(task: String, cost: Int64, at moment: Moment) {
        tasks[ExactText(task), default: 0] += cost
        entries[moment.sequence] = moment.now
    }

    /// What is wrong with the tasks; nil where nothing is.
    ///
    /// - Parameter isWhole: whether the lines tell all of the run.
    func fault(ofTasks found: CountersPage.SortedSet, isWhole: Bool) -> String? {
        for (name, score) in found.members {
            let sum = tasks[ExactText(name)]
            guard let score else { return "the cost of task \"\(name)\" is no whole number" }
            if isWhole ? score != sum : score < sum ?? score {
                return "task \"\(name)\" has \(score), the entries add up to "
                    + (sum.map { "\($0)" } ?? "none")
            }
        }
        return fault(ofCount: found.count, tasks.count, isWhole: isWhole)
    }

    /// The same of the entries.
    ///
    /// - Parameter first: the oldest line, before which nothing can be told; nil where it is the
    ///   first of all.
    func fault(
        ofEntries found: CountersPage.SortedSet, isWhole: Bool, since first: Sequence?
    ) -> String? {
        for (name, score) in found.members {
            guard let entry = Sequence(text: name) else { return "\"\(name)\" is no entry" }
            if let first, entry < first { continue }
            guard let now = entries[entry], isWhole || first != nil else {
                return "entry \(entry.text) is none of this run's in the journal"
            }
            if score != now {
                return "entry \(entry.text) is of \(score.map { "\($0)" } ?? "?"), in the "
                    + "journal of \(now)"
            }
        }
        return fault(ofCount: found.count, entries.count, isWhole: isWhole)
    }

    private func fault(ofCount found: Int, _ expected: Int, isWhole: Bool) -> String? {
        guard isWhole ? found != expected : found < expected else { return nil }
        return "it has \(ReadableNumber.counted(found, "member")), the entries make \(expected)"
    }
}
