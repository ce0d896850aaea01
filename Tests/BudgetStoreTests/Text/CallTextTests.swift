// Calls and records as text: what is written is what is read, byte for byte.

import BudgetModel
import Testing

@testable import BudgetStore

@Suite struct CallTextTests {
    private let seed = HistorySettings.seed()

    private func text(_ write: (inout ByteText) -> Void) -> String {
        var text = ByteText()
        write(&text)
        return text.text
    }

    @Test func admissionsComeBack() throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1500 {
            let admission = random.admission()
            let text = self.text { CallText.write(admission, to: &$0) }
            #expect(!text.contains("\n"))
            let read = try #require(CallText.read(text, tenant: admission.id.tenant), "\(text)")
            #expect(String(read.letter) == CallText.letter(admission.kind).description)
            #expect(read.timeToLive == admission.timeToLive)
            #expect(read.call == admission.call, "seed \(seed)")
            #expect(read.accounts == admission.limits.map(\.account), "seed \(seed)")
            #expect(bytes(read.call.subject) == bytes(admission.call.subject), "seed \(seed)")
        }
    }

    @Test func recordsComeBack() throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<800 {
            let admission = random.admission()
            let text = self.text { CallText.write(admission, to: &$0) }
            let kinds: [Admission.Kind: String] = [.reserve: "H", .charge: "C", .record: "C"]
            let state = try #require(kinds[admission.kind])
            let head = state + "77 3-9 1799999999999 2 -5 100\n" + text
            let held = try #require(RecordText.read(head, id: admission.id))
            #expect(held.kind == admission.kind)
            #expect(held.deadline == 77)
            #expect(held.made == Moment(sequence: .init(epoch: 3, number: 9), now: 1799999999999))
            #expect(held.tightest == Tightest(index: 1, remaining: -5, cap: 100))
            #expect(held.call == admission.call)
            let settlement = Settlement(
                kind: .commit, reservation: held, call: admission.call, overrun: admission.limits)
            let end = "\nF3-10 1799999999999 " + self.text { CallText.write(settlement, to: &$0) }
            let ended = try #require(
                RecordText.read("C" + head.dropFirst() + end, id: admission.id))
            #expect(ended.ending?.moment.sequence.number == 10)
            #expect(ended.ending?.call == admission.call)
            #expect(ended.call == admission.call)
        }
    }

    @Test func whatIsNotWrittenSoIsRefused() {
        for text in [
            "", "H", "H\tb", "H\tb\tx", "H\tb\t0\tu", "H\tb\t0\t?=1", "H\tb\t0\t$=x",
            "H\tb\t0\tu=%", "H\tb\t0\tL=a|u|d", "H\tb\t0\tL=a|u|d1|cost", "H\tb\t0\ti=many",
        ] {
            #expect(CallText.read(text, tenant: "t") == nil, "\(text)")
        }
        let id = ReservationID(tenant: "t", digest: "d")
        for text in [
            "", "H", "H1 0-1 5 0 0 1", "Q1 0-1 5 0 0 1\nH\tb\t0", "H1 01 5 0 0 1\nH\tb\t0",
            "H1 0-1 5 0 0\nH\tb\t0", "H1 0-1 5 0 0 1\nC\tb\t0", "H1 0-1 5 0 0 1\nH\tb\t0\nF1",
        ] {
            #expect(RecordText.read(text, id: id) == nil, "\(text)")
        }
    }

    private func bytes(_ subject: Subject) -> [ExactName] {
        subject.fields.flatMap { [ExactName($0.field.name), ExactName($0.value)] }
    }
}

extension SeededGenerator {
    fileprivate mutating func admission() -> Admission {
        var subject = Subject(tenant: "{t}")
        for field in SubjectField.named.dropFirst() where oneIn(2) { subject[field] = nastyText() }
        for _ in 0..<pick([0, 0, 1, 3]) { subject[.label("l" + nastyText())] = nastyText() }
        var usage = Usage()
        usage.model = oneIn(3) ? nil : nastyText()
        usage.provider = oneIn(3) ? nil : nastyText()
        usage.operation = oneIn(3) ? nil : nastyText()
        usage.machine = oneIn(3) ? nil : nastyText()
        usage.responseID = oneIn(3) ? nil : nastyText()
        usage.serviceTier = pick(ServiceTier.allCases, nilOneIn: 2)
        usage.outcome = pick(CallOutcome.allCases, nilOneIn: 2)
        for path in Self.counts where oneIn(2) { usage[keyPath: path] = amount(upTo: 1 << 40) }
        let cost = oneIn(4) ? 0 : amount(upTo: Bounds.maxAmount)
        let isGiven = oneIn(2)
        if isGiven { usage.cost = cost }
        let call = PricedCall(
            subject: subject, usage: usage, amounts: Amounts(usage, cost: cost),
            priceVersion: isGiven ? Pricing.given : "v" + nastyText(), isUnpriced: oneIn(3),
            bodyDigest: "abc")
        var request = StepPlanner.Request(
            kind: pick([.reserve, .charge, .record]),
            id: ReservationID(tenant: "{t}", digest: PromiseFixture.digest("k")), call: call)
        request.timeToLive = amount(upTo: 3_600_000)
        var planner = StepPlanner(limits())
        return planner.plan(request, at: PromiseFixture.noon)
    }

    private mutating func limits() -> [Limit] {
        HistoryPolicy.limits.map { limit in
            Limit(
                name: limit.name + nastyText(), per: limit.per, window: limit.window,
                measure: limit.measure, cap: limit.cap, match: limit.match)
        }
    }

    private static var counts: [WritableKeyPath<Usage, Int64?>] {
        [
            \.inputTokens, \.outputTokens, \.cacheReadTokens, \.cacheWriteTokens,
            \.longCacheWriteTokens, \.reasoningTokens, \.inputAudioTokens, \.inputImageTokens,
            \.outputAudioTokens, \.outputImageTokens, \.images, \.queries, \.characters,
            \.milliseconds, \.units, \.attempt,
        ]
    }
}
