// What is no counter: the sorted sets of runs against the journal, and what is set beside the
// policy against the audit.

import BudgetModel

extension Verification {
    mutating func compare(_ found: CountersPage.SortedSet) {
        seen.insert(ExactText(found.key))
        findings.counters += found.members.count
        let run = Self.run(of: found.key)
        let isTasks = found.key.utf8.elementsEqual(Keys.tasks(ofRun: run).utf8)
        let expected = replay.hashes[ExactText(run)] ?? replay.unknown(run, isRun: true)
        guard !expected.isUncertain else {
            unclear.insert(ExactText(run))
            return
        }
        let fault =
            isTasks
            ? expected.sets.fault(ofTasks: found, isWhole: expected.isWhole)
            : expected.sets.fault(
                ofEntries: found, isWhole: expected.isWhole,
                since: isTrimmed ? replay.first?.sequence : nil)
        if let fault { tell(found.key, "", nil, nil, fault) }
    }

    /// The run's key, of one of its sets' keys.
    private static func run(of key: String) -> String {
        let end = key.utf8.lastIndex(of: UInt8(ascii: ":")) ?? key.utf8.endIndex
        return String(key[..<end])
    }

    mutating func compareSteering(_ found: CountersPage.Hash?, _ moment: Moment) {
        hasSteering = true
        guard let audit else {
            findings.notes.append(
                "what is set beside the policy was not compared with the audit, which is for "
                    + "administrators")
            return
        }
        var texts: [String: String] = [:]
        let values = found?.values ?? []
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            texts[values[index]] = values[index + 1]
        }
        let books = SteeringBooks(audit.filter { $0.sequence <= moment.sequence })
        let (differences, unclear) = books.differences(from: texts, at: moment.now)
        for one in differences {
            tell(Keys.steering(prefix), one.scope, nil, nil, "\(one.scope): \(one.message)")
        }
        if unclear > 0 {
            findings.notes.append(
                "what is set for " + ReadableNumber.counted(unclear, "scope")
                    + " can't be told by the audit")
        }
    }
}
