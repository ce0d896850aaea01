// The checker: replays what the journal tells, in its order, through the plain books, and holds
// every answer that any worker was given against them.
//
// The journal is the order of history, and nothing more is believed of it: amounts, caps and
// states are the plain books' own, from what the workers asked for. What is found wrong is a
// sentence; a history without any is a proof of promises 1 to 8, 12 and 14 for what happened in it.

/// A line of the journal: which entry it is, its letter and the digest of what it is about.
struct FaultLine: Sendable, Equatable {
    let sequence: Int64
    let letter: String
    let digest: String
}

struct FaultHistory {
    let attempts: [FaultAttempt]
    let lines: [FaultLine]
    /// By digest, of each key that STATUS knows.
    let calls: [String: FaultCall]

    /// Everything that is wrong, the first so many.
    func faults(most: Int = 20) -> [String] {
        var faults = replay()
        faults += acknowledged()
        faults += withoutEffect()
        faults += backward()
        return Array(faults.prefix(most))
    }

    /// Answers as of each entry, against the books as of that entry.
    private func replay() -> [String] {
        var faults: [String] = []
        var books = PlainBooks()
        // A replay is as of its first answer, but for the state.
        var asked = attempts.filter { $0.answer.sequence != nil && !$0.answer.isReplay }
            .sorted { ($0.answer.sequence ?? 0) < ($1.answer.sequence ?? 0) }[...]
        func answer(before limit: Int64) {
            while let next = asked.first, let sequence = next.answer.sequence, sequence < limit {
                faults += Self.compare(next, books)
                asked = asked.dropFirst()
            }
        }
        for line in lines {
            answer(before: line.sequence)
            // A correction sets a counter to what these books say it is all the time.
            if line.letter == "K" { continue }
            guard let call = calls[line.digest] else {
                faults.append("entry \(line.sequence) \(line.letter) is of no key that was used")
                continue
            }
            faults += books.enter(line.letter, call)
        }
        answer(before: .max)
        for (key, state) in books.states where state == "held" {
            faults.append("\(key) is held still")
        }
        return faults
    }

    private static func compare(_ attempt: FaultAttempt, _ books: PlainBooks) -> [String] {
        let (answer, call) = (attempt.answer, attempt.call)
        func differ(_ expected: Any, _ found: Any) -> [String] {
            ["\(attempt.verb) \(call.key) as of \(answer.sequence ?? 0): \(found), not \(expected)"]
        }
        switch attempt.verb {
        case .usage:
            let expected = books.standings(call)
            return expected == answer.standings ? [] : differ(expected, answer.standings)
        case .reserve, .charge, .check:
            guard answer.isAllowed == false || attempt.verb == .check else { break }
            let failing = books.failing(call, holds: attempt.verb != .charge)
            guard failing == answer.failed, answer.isAllowed == failing.isEmpty else {
                return differ(failing, answer.failed)
            }
            let expected = books.standings(call).first { $0.limit == failing.first }
            return answer.standings.first == expected
                ? [] : differ(expected as Any, answer.standings)
        default: break
        }
        let state = books.states[call.key]
        return state == answer.state ? [] : differ(state as Any, answer.state as Any)
    }

    /// What was acknowledged, at first or again, is an entry, the one that the answer named.
    func acknowledged() -> [String] {
        let entries = Dictionary(lines.map { ($0.sequence, $0) }) { $1 }
        return attempts.compactMap { attempt in
            guard let letters = Self.letters[attempt.verb], attempt.answer.error == nil,
                attempt.answer.isAllowed != false,
                let sequence = attempt.answer.sequence
            else { return nil }
            let entry = entries[sequence]
            let isThere =
                entry.map { letters.contains($0.letter) } == true
                && entry.flatMap { calls[$0.digest] }?.key == attempt.call.key
            return isThere ? nil : "LOST: \(attempt.verb) \(attempt.call.key), entry \(sequence)"
        }
    }

    private static let letters: [FaultAttempt.Verb: Set<String>] = [
        .reserve: ["H"], .charge: ["G"], .record: ["P"], .commit: ["C", "L"], .release: ["R"],
        .extend: ["X"],
    ]

    /// What was only ever told to have had no effect has had none: there is no entry, and who then
    /// asks once more is not told that it is a repetition.
    private func withoutEffect() -> [String] {
        var isCertain: [String: Bool] = [:]
        var faults: [String] = []
        // Of one request, these are in their order.
        for attempt in attempts {
            let request = "\(attempt.verb) \(attempt.call.key)"
            if attempt.answer.isReplay, isCertain[request] == true {
                faults.append("\(request) had an effect, and all answers before said none")
            }
            let was = attempt.answer.hadNoEffect || attempt.answer.isAllowed == false
            isCertain[request] = (isCertain[request] ?? true) && was
        }
        let first: [FaultAttempt.Verb] = [.reserve, .charge, .record]
        faults += calls.values.compactMap { call in
            first.contains { isCertain["\($0) \(call.key)"] == true }
                ? "\(call.key) had an effect, and all answers said none" : nil
        }
        return faults
    }

    /// Whoever asks after an answer was given is told of that moment of history or a later one.
    private func backward() -> [String] {
        let answered = attempts.filter { $0.answer.sequence != nil && !$0.answer.isReplay }
        let byEnd = answered.sorted { $0.end < $1.end }
        var newest: Int64 = 0
        var place = 0
        return answered.sorted { $0.start < $1.start }.compactMap { attempt in
            while place < byEnd.count, byEnd[place].end < attempt.start {
                newest = max(newest, byEnd[place].answer.sequence ?? 0)
                place += 1
            }
            let sequence = attempt.answer.sequence ?? 0
            return sequence < newest
                ? "\(attempt.verb) \(attempt.call.key) was told \(sequence) after \(newest)" : nil
        }
    }
}
