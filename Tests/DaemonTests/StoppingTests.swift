// SIGTERM: what was answered was done, what was not answered was not done, and nothing is left.

import Foundation
import RESP
import Synchronization
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct StoppingTests {
        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.capped(1_000_000))
        }

        @Test func whatWasNotAnsweredWasNotDone() throws {
            let done = Mutex<[String]>([])
            let codes = Mutex<Set<String>>([])
            let path = daemon.socketPath
            let workers = Swarm(32) { worker in
                guard let client = try? Client(path) else { return }
                for round in 0..<10_000 {
                    let lines = (0..<20).map {
                        "CHARGE idempotency_key \(worker)-\(round)-\($0) run r agent a "
                            + "model gpt-4o input_tokens 0 output_tokens 1000"
                    }
                    guard (try? client.send(lines)) != nil else { return }
                    for _ in lines {
                        guard let answer = try? client.read() else { return }
                        if let id = answer.text("id") { done.withLock { $0.append(id) } }
                        if let code = answer.errorCode { codes.withLock { _ = $0.insert(code) } }
                    }
                }
            }
            #expect(eventually { done.withLock { $0.count } > 500 })
            let redis = try #require(daemon.redisPID)
            #expect(try daemon.stop() == .exit(0))
            // One that did not stop serves its workers on.
            daemon.kill()
            _ = try workers.wait()
            #expect(codes.withLock { $0 } == [])
            #expect(!TestDaemon.isAlive(redis))
            #expect(!FileManager.default.fileExists(atPath: daemon.socketPath))
            try daemon.start()
            let books = try RunBooks(try daemon.connect(), run: "r", page: 1000)
            #expect(books.faults == [])
            #expect(books.ids.sorted() == done.withLock { $0.sorted() })
        }

        @Test func aReservationThatWasBeingSettledIsSettledOrHeld() throws {
            let client = try daemon.connect()
            let ids = try client.pipeline(
                (0..<200).map { "RESERVE idempotency_key \($0) run r agent a model gpt-4o" }
            ).compactMap { $0.text("id") }
            #expect(ids.count == 200)
            try client.send(ids.map { "COMMIT \($0)" })
            try daemon.process.signal(SIGTERM)
            var answered = 0
            while let answer = try? client.read() {
                #expect(answer.text("state") == "committed")
                answered += 1
            }
            #expect(try daemon.stop() == .exit(0))
            try daemon.start()
            let states = try daemon.connect().pipeline(ids.map { "STATUS \($0)" })
            let committed = states.filter { $0.text("state") == "committed" }.count
            #expect(committed == answered)
            #expect(states.filter { $0.text("state") == "held" }.count == 200 - answered)
        }

        @Test func idleDaemonsStopAtOnce() throws {
            let idle = try daemon.connect()
            let begin = ContinuousClock.now
            #expect(try daemon.stop() == .exit(0))
            #expect(ContinuousClock.now - begin < .seconds(5))
            #expect(throws: TestRedis.Failure.self) { try idle.ask("PING") }
            let files = try FileManager.default.contentsOfDirectory(atPath: daemon.stateDirectory)
            // Nothing was entered, so there is nothing to witness.
            #expect(files == ["redis"])
        }
    }
}
