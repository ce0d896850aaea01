// The machine's bookkeeping of requests: order, limit, deadlines, and what an end gives back.

import NIOCore
import Testing

@testable import RedisClient

@Suite struct LinkStateRequestTests {
    @Test func repliesGoToTheFirstInFlight() {
        var state = LinkStateTests.state(in: .ready)
        for name in ["a", "b", "c"] { _ = state.submit(FakeRequest(name: name)) }
        #expect(state.takeForWriting()?.name == "queued")
        #expect(state.takeForWriting()?.name == "a")
        #expect(state.answered()?.name == "queued")
        #expect(state.answered()?.name == "a")
        #expect(state.answered() == nil)
        #expect(state.waitingCount == 2)
    }

    @Test func whatCameBackGoesFirstAndInOrder() {
        var state = LinkStateTests.state(in: .ready)
        #expect(state.resubmit(FakeRequest(name: "a")) == true)
        #expect(state.resubmit(FakeRequest(name: "b")) == true)
        #expect((0..<3).map { _ in state.takeForWriting()?.name } == ["a", "b", "queued"])
    }

    @Test func anEndedConnectionGivesBackWhatWasWrittenAndKeepsTheRest() {
        var state = LinkStateTests.state(in: .ready)
        _ = state.submit(FakeRequest(name: "kept"))
        _ = state.takeForWriting()
        #expect(state.connectionEnded().map(\.name) == ["queued"])
        #expect(state.inFlight.isEmpty)
        #expect(state.queued.map(\.name) == ["kept"])
    }

    @Test func theLimitCountsWaitingAndInFlight() {
        var state = FakeState(limit: 3)
        state.phase = .ready
        for name in ["a", "b", "c"] { #expect(state.submit(FakeRequest(name: name)) == .flush) }
        _ = state.takeForWriting()
        #expect(state.submit(FakeRequest(name: "d")) == .full)
        _ = state.answered()
        #expect(state.submit(FakeRequest(name: "d")) == .flush)
    }

    @Test func deadlines() {
        var state = FakeState(limit: 10)
        state.phase = .ready
        let at = NIODeadline.uptimeNanoseconds
        _ = state.submit(FakeRequest(name: "written", deadline: at(30)))
        _ = state.takeForWriting()
        _ = state.submit(FakeRequest(name: "queued", deadline: at(10)))
        _ = state.delay(FakeRequest(name: "due", deadline: at(90)), until: at(20))
        _ = state.delay(FakeRequest(name: "never due", deadline: at(25)), until: at(40))
        _ = state.delay(FakeRequest(name: "behind", deadline: at(90)), until: at(5))
        #expect(state.nextWake == at(10))
        var wake = state.wake(now: at(10))
        #expect(wake.expired.map(\.name) == ["queued"] && !wake.mustDiscard)
        #expect(state.nextWake == at(20))
        wake = state.wake(now: at(20))
        #expect(wake.expired.isEmpty && state.returned.map(\.name) == ["due"])
        #expect(state.nextWake == at(25))
        wake = state.wake(now: at(30))
        #expect(wake.expired.map(\.name) == ["never due"] && wake.mustDiscard)
        _ = state.connectionEnded()
        _ = state.wake(now: at(40))
        #expect(state.returned.map(\.name) == ["due", "behind"])
    }

    @Test func closingDropsWhatIsNotWritten() {
        var state = LinkStateTests.state(in: .ready)
        _ = state.takeForWriting()
        _ = state.submit(FakeRequest(name: "a"))
        _ = state.delay(FakeRequest(name: "b"), until: .now())
        let closure = state.close()
        #expect(closure.dropped.map(\.name) == ["a", "b"] && !closure.isOver)
        #expect(!state.isDrained)
        _ = state.answered()
        #expect(state.isDrained)
    }
}
