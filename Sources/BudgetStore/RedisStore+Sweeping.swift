// Giving overdue holds back. Every expiry is an entry, made by the same script as everything
// else; what decides that a hold is overdue is the script's clock, not this list.

public import BudgetModel
import NIOCore
import RedisClient

/// What became of the holds that were overdue.
public struct Sweep: Equatable, Sendable {
    public var ended = 0
    /// Those that stay, since what Redis holds of them is broken.
    public var broken = 0
}

extension RedisStore {
    public func sweep(
        tenant: String, completion: @escaping (Result<Int, BudgetError>) -> Void
    ) {
        sweepAll(tenant: tenant) { result in completion(result.map(\.ended)) }
    }

    /// The same, and tells what it could not end.
    public func sweepAll(
        tenant: String, completion: @escaping (Result<Sweep, BudgetError>) -> Void
    ) {
        sweep(tenant: tenant, passing: 0, Sweep(), completion: completion)
    }

    /// The tenants that ever held anything.
    public func tenants(completion: @escaping (Result<[String], BudgetError>) -> Void) {
        ask(RedisCommand("SMEMBERS", Keys.tenants)) { result in
            completion(result.map { $0.array?.compactMap(\.string) ?? [] })
        }
    }

    /// - Parameters:
    ///   - passing: how many holds at the front stay where they are.
    ///   - before: what became of those that were looked at.
    private func sweep(
        tenant: String, passing: Int, _ before: Sweep,
        completion: @escaping (Result<Sweep, BudgetError>) -> Void
    ) {
        let holds = Keys.holds(Keys.prefix(tenant))
        // The clock is known to a few milliseconds; what is not overdue by the script's stays held.
        let overdue = String(now - settings.graceMs + 5)
        let command = RedisCommand(
            "ZRANGEBYSCORE", holds, "-inf", overdue, "LIMIT", String(passing),
            String(Bounds.sweepBatch))
        ask(command) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let reply):
                let keys = reply.array?.compactMap(\.string) ?? []
                guard !keys.isEmpty else {
                    completion(.success(before))
                    return
                }
                self.expire(keys, tenant) { swept in
                    let sum = Sweep(
                        ended: before.ended + swept.ended, broken: before.broken + swept.broken)
                    guard keys.count == Bounds.sweepBatch else {
                        completion(.success(sum))
                        return
                    }
                    self.sweep(
                        tenant: tenant, passing: passing + keys.count - swept.ended, sum,
                        completion: completion)
                }
            }
        }
    }

    /// What became of one hold.
    private enum Fate {
        case ended, broken
        /// Redis did not answer, or somebody was faster.
        case open
    }

    /// Ends the holds of these records.
    private func expire(
        _ keys: [String], _ tenant: String, completion: @escaping (Sweep) -> Void
    ) {
        var left = keys.count
        var swept = Sweep()
        func finish(_ fate: Fate) {
            switch fate {
            case .ended: swept.ended += 1
            case .broken: swept.broken += 1
            case .open: break
            }
            left -= 1
            if left == 0 { completion(swept) }
        }
        for key in keys {
            let id = ReservationID(tenant: tenant, digest: Keys.digest(ofRecord: key))
            perform(.status(id)) { result in
                switch result {
                case .success(let answer):
                    self.expire(answer.result, key, id, finish)
                case .failure(let error): finish(self.fate(error, id))
                }
            }
        }
    }

    private func fate(_ error: BudgetError, _ id: ReservationID) -> Fate {
        guard error.code == .internal else { return .open }
        tell("hold can't be ended", ["id": "\(id.text)", "error": "\(error.message)"])
        return .broken
    }

    private func expire(
        _ result: StepResult, _ key: String, _ id: ReservationID, _ finish: @escaping (Fate) -> Void
    ) {
        guard case .found(let reservation) = result else {
            // A hold without a record has nothing to give back; it only would be looked at again.
            logger.error("hold without a record", metadata: ["id": "\(id.text)"])
            ask(RedisCommand("ZREM", Keys.holds(Keys.prefix(id.tenant)), key)) { _ in finish(.ended)
            }
            return
        }
        var call = reservation.call
        call.bodyDigest = ""
        if settings.onExpire == .release { call.amounts = Amounts() }
        let settlement = Settlement(
            kind: settings.onExpire == .release ? .expire : .expireCharged,
            reservation: reservation, call: call)
        perform(.settle(settlement)) { result in
            switch result {
            case .failure(let error): finish(self.fate(error, id))
            case .success(let answer):
                guard case .done = answer.result else { return finish(.open) }
                self.onExpiry?(settlement)
                self.logger.info(
                    "reservation expired",
                    metadata: ["id": "\(id.text)", "seq": "\(answer.moment.sequence.text)"])
                finish(.ended)
            }
        }
    }

    /// One question to Redis beside the script.
    func ask(
        _ command: RedisCommand, completion: @escaping (Result<RedisReply, BudgetError>) -> Void
    ) { ask(command, reading: \.copy, completion: completion) }

    /// The same, with an answer that is read where it lies.
    func ask<Answer>(
        _ command: RedisCommand, reading: @escaping (LentReply) -> Answer,
        completion: @escaping (Result<Answer, BudgetError>) -> Void
    ) {
        link.send(
            command, deadline: .now() + configuration.timeout,
            reading: { completion(.success(reading($0))) }
        ) { result in
            switch result {
            case .success(let reply):
                guard case .error(let error) = reply else {
                    preconditionFailure("a reply without an error is read")
                }
                // Its name and key, which is all that is at fault here.
                let start = String(buffer: command.encoded).split(separator: "\r\n").prefix(5)
                self.tell(
                    "Redis refused a question",
                    [
                        "question": "\(start.filter { !"*$".contains($0.prefix(1)) })",
                        "error": "\(error.line)",
                    ])
                completion(
                    .failure(BudgetError(.internal, "Redis answered \(error.code)")))
            case .failure(let failure):
                completion(.failure(StoreFailure.error(failure, canHaveEffect: false)))
            }
        }
    }
}
