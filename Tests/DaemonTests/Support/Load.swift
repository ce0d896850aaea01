// Workers that never give up: each makes calls under keys of its own and repeats a request, with
// its key, until it is answered. So whatever happens in between, each call was made once.

import Foundation
import RESP
import TestSupport
import Synchronization

/// A load on one socket until it is ended.
final class Load: Sendable {
    /// What the workers saw.
    struct Account: Sendable {
        /// The ids of all calls; each is committed and acknowledged.
        var ids: [String] = []
        /// The first words of the errors that were answered on the way, and how often.
        var errors: [String: Int] = [:]
        /// How often a connection ended or none was to be had.
        var losses = 0
        /// The longest time between a request and its answer, in seconds.
        var longest = 0.0
    }

    private struct State {
        var isEnded = false
        var account = Account()
    }

    private let path: String
    private let run: String
    private let state = Mutex(State())
    private let workers = Mutex<Swarm<Void>?>(nil)

    /// Begins.
    init(on path: String, run: String = "r", workers count: Int = 16) {
        self.path = path
        self.run = run
        workers.withLock { workers in
            workers = Swarm(count) { [self] in try work($0) }
        }
    }

    /// How many calls are acknowledged.
    var count: Int { state.withLock { $0.account.ids.count } }

    /// Waits until so many more are.
    func advance(by more: Int) throws {
        let goal = count + more
        guard eventually(seconds: 60, { count >= goal || endedWorkers > 0 }), count >= goal
        else {
            _ = try? end()
            throw DaemonFailure(description: "the load came to \(count) of \(goal)")
        }
    }

    /// Lets each worker finish its call, and tells what they saw.
    func end() throws -> Account {
        state.withLock { $0.isEnded = true }
        _ = try workers.withLock { $0 }?.wait()
        return state.withLock { $0.account }
    }

    private var endedWorkers: Int { workers.withLock { $0?.endedCount ?? 0 } }

    private func work(_ worker: Int) throws {
        var client: Client?
        var call = 0
        while !state.withLock({ $0.isEnded }) {
            let what =
                "idempotency_key \(run)-\(worker)-\(call) run \(run) user u session s agent a "
                + "model gpt-4o input_tokens 0 output_tokens 1000"
            call += 1
            let first = try persist((call % 2 == 0 ? "CHARGE " : "RESERVE ") + what, &client)
            guard first.isAllowed, let id = first.text("id") else {
                throw DaemonFailure(description: "worker \(worker) was answered \(first)")
            }
            if call % 2 == 1 {
                let commit = try persist("COMMIT \(id)", &client)
                guard commit.text("state") == "committed", commit.text("tokens") == "1000" else {
                    throw DaemonFailure(description: "worker \(worker) was answered \(commit)")
                }
            }
            state.withLock { $0.account.ids.append(id) }
        }
    }

    /// Repeats a request until it is decided.
    private func persist(_ line: String, _ client: inout Client?) throws -> RESPValue {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let begin = ContinuousClock.now
            do {
                let connection = try client ?? Client(path)
                client = connection
                let answer = try connection.ask(line)
                note(ContinuousClock.now - begin, answer.errorCode)
                guard let code = answer.errorCode else { return answer }
                guard ["UNAVAILABLE", "OUTCOME_UNKNOWN"].contains(code) else { return answer }
            } catch {
                client = nil
                state.withLock { $0.account.losses += 1 }
            }
            usleep(2000)
        }
        throw DaemonFailure(description: "no answer to \(line)")
    }

    private func note(_ time: Duration, _ code: String?) {
        state.withLock {
            $0.account.longest = max($0.account.longest, time / .seconds(1))
            if let code { $0.account.errors[code, default: 0] += 1 }
        }
    }
}
