// Workers who write down every request and every answer. Some repeat what was not answered, some
// give up, some die holding, some settle late.

import Foundation
import RESP
import Synchronization
import TestSupport

/// A load on several sockets until it is ended.
final class FaultLoad: Sendable {
    private struct State {
        var isEnded = false
        var isPatient = true
        var calls = 0
        var attempts: [FaultAttempt] = []
    }

    /// Calls after which all users, sessions, runs and agents are new ones, so that there always
    /// are some with room and some without.
    private static let generation = 250

    private let paths: [String]
    private let seed: UInt64
    private let origin = ContinuousClock.now
    private let state = Mutex(State())
    private let workers = Mutex<Swarm<Void>?>(nil)

    /// Begins.
    init(on paths: [String], seed: UInt64, workers count: Int = 8) {
        self.paths = paths
        self.seed = seed
        workers.withLock { workers in
            workers = Swarm(count) { [self] in try work($0) }
        }
    }

    /// How many requests have ended.
    var count: Int { state.withLock { $0.attempts.count } }

    /// Waits until so many more have, or until that time has passed.
    func advance(by more: Int, seconds: Double = 3) {
        let goal = count + more
        _ = eventually(seconds: seconds) { count >= goal }
    }

    /// Nanoseconds since it began.
    var elapsed: Int64 { (ContinuousClock.now - origin).nanoseconds }

    /// Lets each worker finish its call, and gives all that was asked and answered.
    ///
    /// - Parameter isPatient: whether they wait until what they asked last is answered.
    func end(isPatient: Bool = true) throws -> [FaultAttempt] {
        state.withLock {
            $0.isEnded = true
            $0.isPatient = isPatient
        }
        _ = try workers.withLock { $0 }?.wait(seconds: 60)
        return state.withLock { $0.attempts }
    }

    private func work(_ number: Int) throws {
        var worker = Worker(
            path: paths[number % paths.count],
            random: SeededGenerator(seed: seed &+ UInt64(number) &* 7919))
        while let call = next(number, &worker.random) {
            try carryOut(call, &worker)
            usleep(3000)
        }
    }

    private func next(_ worker: Int, _ random: inout SeededGenerator) -> FaultCall? {
        let number: Int? = state.withLock { state in
            state.calls += 1
            return state.isEnded ? nil : state.calls
        }
        guard let number else { return nil }
        let generation = number / Self.generation
        func name(_ letter: String, _ count: Int) -> String {
            "\(letter)\(Int.random(in: 0..<count, using: &random))-\(generation)"
        }
        let draw = Int.random(in: 0..<100, using: &random)
        return FaultCall(
            key: "\(worker)-\(number)", kind: draw < 60 ? .reserve : draw < 88 ? .charge : .record,
            user: name("u", 5), session: name("s", 4), run: name("r", 3), agent: name("a", 2),
            tokens: .random(in: 1...9, using: &random) * 100,
            actual: .random(in: 0...9, using: &random) * 100,
            ttl: draw < 9 ? 300 : nil)
    }

    private func carryOut(_ call: FaultCall, _ worker: inout Worker) throws {
        switch Int.random(in: 0..<10, using: &worker.random) {
        case 0: try persist(.check, call, &worker)
        case 1: try persist(.usage, call, &worker)
        default: break
        }
        let verb: FaultAttempt.Verb =
            call.kind == .reserve ? .reserve : call.kind == .charge ? .charge : .record
        // Who gives up on a reservation may leave a hold, which has to end by itself.
        let isPatient = verb == .reserve && call.ttl == nil
        let answer = try persist(verb, call, isPatient: isPatient, &worker)
        guard verb == .reserve, answer?.isAllowed == true, answer?.state == "held",
            let id = answer?.id
        else { return }
        if call.ttl != nil {
            // One in three comes back when it is too late.
            guard worker.random.oneIn(3) else { return }
            let isExpired = try eventually(seconds: 5) {
                try persist(.status, call, &worker)?.state == "expired"
            }
            if isExpired { try persist(.commit, call, id: id, &worker) }
            return
        }
        if worker.random.oneIn(8) { try persist(.extend, call, id: id, &worker) }
        let settling: FaultAttempt.Verb = worker.random.oneIn(4) ? .release : .commit
        try persist(settling, call, id: id, isPatient: true, &worker)
        if worker.random.oneIn(10) { try persist(.status, call, &worker) }
    }

    /// Repeats a request until it is answered, or gives up now and then.
    @discardableResult
    private func persist(
        _ verb: FaultAttempt.Verb, _ call: FaultCall, id: String = "", isPatient: Bool = false,
        _ worker: inout Worker
    ) throws -> FaultAnswer? {
        let deadline = ContinuousClock.now + .seconds(40)
        var told: [String: Int] = [:]
        while ContinuousClock.now < deadline {
            let start = ContinuousClock.now - origin
            let answer = worker.ask(call.line(verb, id: id))
            let end = ContinuousClock.now - origin
            let attempt = FaultAttempt(
                verb: verb, call: call, start: start.nanoseconds, end: end.nanoseconds,
                answer: answer)
            state.withLock { $0.attempts.append(attempt) }
            if !answer.hadNoEffect && !answer.isUncertain { return answer }
            told[answer.error ?? "?", default: 0] += 1
            if state.withLock({ !$0.isPatient }) { return nil }
            if !isPatient, worker.random.oneIn(5) { return nil }
            usleep(10_000)
        }
        throw DaemonFailure(
            description: "no answer to \(verb) \(call.key) at \(worker.path), told \(told)")
    }
}

/// One worker's connection and chance.
private struct Worker {
    let path: String
    var random: SeededGenerator
    private var client: Client?

    init(path: String, random: SeededGenerator) {
        self.path = path
        self.random = random
    }

    mutating func ask(_ line: String) -> FaultAnswer {
        do {
            let connection = try client ?? Client(path)
            client = connection
            return FaultAnswer(try connection.ask(line))
        } catch {
            client = nil
            return .lost
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { Int64(self / .nanoseconds(1)) }
}
