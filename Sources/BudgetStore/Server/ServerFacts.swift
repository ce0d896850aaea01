// What a Redis says of itself: its INFO, the settings that INFO doesn't have, its clock, and what
// it refuses us.

import Foundation
import RedisClient

/// The facts that `ServerRules` judges.
struct ServerFacts {
    /// The settings that are asked for by CONFIG GET.
    static let settings = [
        "appendfsync", "no-appendfsync-on-rewrite", "min-replicas-to-write", "save",
    ]

    /// INFO's fields.
    var info: [String: String] = [:]
    /// The settings; nil where Redis doesn't let us ask.
    var settings: [String: String]?
    /// Redis's clock minus this machine's, in milliseconds.
    var skewMs: Int64 = 0
    /// Whom Redis takes us for.
    var user = "default"
    /// The commands that it refuses to that user.
    var refused: [String] = []

    /// Sends a command and hands its reply over.
    typealias Ask = (
        RedisCommand, @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) -> Void

    /// Reads INFO's lines.
    static func fields(ofInfo text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return fields
    }

    /// Asks a Redis.
    ///
    /// - Parameters:
    ///   - user: whom it takes us for.
    ///   - done: told the facts, or why there are none.
    static func gather(
        as user: String, _ ask: @escaping Ask,
        _ done: @escaping (Result<ServerFacts, StoreFault>) -> Void
    ) {
        ask(RedisCommand("INFO")) { result in
            guard let text = answer(to: result, done)?.string else { return }
            var facts = ServerFacts(info: fields(ofInfo: text), user: user)
            ask(RedisCommand(arguments: ["CONFIG", "GET"] + settings)) { result in
                // NOPERM and an unknown command are an answer too: it can't be asked.
                if case .success(let reply) = result, let values = reply.array {
                    let texts = values.map { $0.string ?? "" }
                    facts.settings = Dictionary(
                        stride(from: 0, to: texts.count - 1, by: 2).map {
                            (texts[$0], texts[$0 + 1])
                        }, uniquingKeysWith: { $1 })
                }
                ask(RedisCommand("TIME")) { result in
                    guard let time = answer(to: result, done)?.array, time.count == 2,
                        let seconds = time[0].integer, let micros = time[1].integer
                    else { return }
                    let own = Int64(Date().timeIntervalSince1970 * 1000)
                    facts.skewMs = seconds * 1000 + micros / 1000 - own
                    gatherRights(facts, ask, done)
                }
            }
        }
    }

    private static func gatherRights(
        _ facts: ServerFacts, _ ask: Ask,
        _ done: @escaping (Result<ServerFacts, StoreFault>) -> Void
    ) {
        ask(StoreRights.question) { result in
            var facts = facts
            switch result {
            case .success(let reply):
                guard let refused = StoreRights.refused(in: reply) else {
                    return done(
                        .failure(
                            StoreFault(
                                "Redis answers \(reply) when asked for rights", isAnswer: true)))
                }
                facts.refused = refused
                done(.success(facts))
            case .failure(let failure):
                done(.failure(StoreFault("the check before use failed: \(failure)")))
            }
        }
    }

    /// The reply, or nil with the fault told.
    private static func answer(
        to result: Result<RedisReply, RedisFailure>,
        _ done: (Result<ServerFacts, StoreFault>) -> Void
    ) -> RedisReply? {
        switch result {
        case .success(.error(let error)):
            done(
                .failure(
                    StoreFault(
                        "Redis answers \(error.code) to the check before use; expected a user that "
                            + "may INFO and TIME", isAnswer: true)))
        case .success(let reply): return reply
        case .failure(let failure):
            done(.failure(StoreFault("the check before use failed: \(failure)")))
        }
        return nil
    }
}

/// Why a Redis can't be used, for people.
struct StoreFault: Error {
    let text: String
    /// Whether Redis itself said so, rather than nothing.
    let isAnswer: Bool

    init(_ text: String, isAnswer: Bool = false) {
        self.text = text
        self.isAnswer = isAnswer
    }
}
