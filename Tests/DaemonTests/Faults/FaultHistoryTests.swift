// The checker finds what it is there for: each history here has one thing wrong.

import RESP
import Testing

@Suite struct FaultHistoryTests {
    private func call(_ key: String, _ kind: FaultCall.Kind = .charge) -> FaultCall {
        FaultCall(
            key: key, kind: kind, user: "u", session: "s", run: "r", agent: "a", tokens: 100,
            actual: 100)
    }

    private func answer(_ fields: [String: RESPValue]) -> FaultAnswer {
        FaultAnswer(.map(fields.map { .init(key: .simple($0.key), value: $0.value) }))
    }

    /// An allowed charge that was told to be that entry.
    private func charged(_ key: String, _ sequence: Int64, at start: Int64 = 0) -> FaultAttempt {
        FaultAttempt(
            verb: .charge, call: call(key), start: start, end: start + 1,
            answer: answer([
                "decision": .simple("allow"), "state": .simple("committed"),
                "seq": .integer(sequence),
            ]))
    }

    private func faults(
        _ attempts: [FaultAttempt], _ lines: [(Int64, String, String)],
        _ kind: FaultCall.Kind = .charge
    ) -> String {
        let digests = Set(lines.map(\.2)).filter { $0 != "nobody" }
        return FaultHistory(
            attempts: attempts,
            lines: lines.map { FaultLine(sequence: $0.0, letter: $0.1, digest: $0.2) },
            calls: Dictionary(uniqueKeysWithValues: digests.map { ($0, call($0, kind)) })
        ).faults().joined(separator: "\n")
    }

    @Test func aSoundHistoryHasNone() {
        #expect(faults([charged("k", 1)], [(1, "G", "k")]) == "")
    }

    @Test func whatIsMissingIsLost() {
        #expect(faults([charged("k", 1)], []).contains("LOST: charge k, entry 1"))
        #expect(
            faults([charged("k", 1), charged("l", 2)], [(1, "G", "k"), (2, "G", "k")])
                .contains("LOST: charge l, entry 2"))
    }

    @Test func whatIsThereTwiceIsDoubled() {
        #expect(
            faults([charged("k", 1)], [(1, "G", "k"), (2, "G", "k")])
                .contains("G of k, which is committed"))
        #expect(faults([], [(1, "C", "k")]).contains("C of k, which is new"))
        #expect(faults([], [(1, "G", "nobody")]).contains("is of no key that was used"))
    }

    @Test func aCapIsPassedAndAHoldStays() {
        let lines = (1...4).map { (Int64($0), "H", "k\($0)") }
        let found = faults([], lines, .reserve)
        #expect(found.contains("k4 passed the cap of [\"flight\"]"))
        #expect(found.contains("k1 is held still"))
    }

    @Test func unavailableIsNoEffect() {
        let refused = FaultAttempt(
            verb: .charge, call: call("k"), start: 0, end: 1,
            answer: FaultAnswer(.error("UNAVAILABLE nothing was done")))
        #expect(faults([refused], [(1, "G", "k")]).contains("k had an effect"))
        #expect(faults([refused], []) == "")
    }

    @Test func aRepetitionOfWhatHadNoEffectIsFound() {
        let refused = FaultAttempt(
            verb: .charge, call: call("k"), start: 0, end: 1,
            answer: FaultAnswer(.error("UNAVAILABLE nothing was done")))
        let repeated = FaultAttempt(
            verb: .charge, call: call("k"), start: 2, end: 3,
            answer: answer([
                "decision": .simple("allow"), "state": .simple("committed"),
                "seq": .integer(1), "replayed": .integer(1),
            ]))
        let lines: [(Int64, String, String)] = [(1, "G", "k")]
        #expect(faults([refused, repeated], lines).contains("charge k had an effect"))
        let lost = FaultAttempt(
            verb: .charge, call: call("k"), start: 0, end: 1, answer: .lost)
        #expect(faults([refused, lost, repeated], lines) == "")
    }

    @Test func nobodyIsShownAnOlderMoment() {
        let found = faults(
            [charged("k", 2), charged("l", 1, at: 5)], [(1, "G", "l"), (2, "G", "k")])
        #expect(found == "charge l was told 1 after 2")
    }
}
