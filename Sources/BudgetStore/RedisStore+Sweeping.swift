// Giving overdue holds back. Every expiry is an entry, made by the same script as everything
// else; what decides that a hold is overdue is the script's clock, not this list.

public import BudgetModel
import NIOCore
import RedisClient

extension RedisStore {
    public func sweep(
        tenant: String, completion: @escaping (Result<Int, BudgetError>) -> Void
    ) {
        sweep(tenant: tenant, passing: 0, swept: 0, completion: completion)
    }

    /// The tenants that ever held anything.
    public func tenants(completion: @escaping (Result<[String], BudgetError>) -> Void) {
        ask(RedisCommand("SMEMBERS", Keys.tenants)) { result in
            completion(result.map { $0.array?.compactMap(\.string) ?? [] })
        }
    }

    /// - Parameter passing: how many holds at the front can't be ended (their records are broken).
    private func sweep(
        tenant: String, passing: Int, swept: Int,
        completion: @escaping (Result<Int, BudgetError>) -> Void
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
                    completion(.success(swept))
                    return
                }
                self.expire(keys, tenant) { ended, stuck in
                    let more = keys.count == Bounds.sweepBatch && ended + stuck > 0
                    guard more else {
                        completion(.success(swept + ended))
                        return
                    }
                    self.sweep(
                        tenant: tenant, passing: passing + keys.count - ended,
                        swept: swept + ended, completion: completion)
                }
            }
        }
    }

    /// Ends the holds of these records; tells how many it could end and how many it could not.
    private func expire(
        _ keys: [String], _ tenant: String, completion: @escaping (Int, Int) -> Void
    ) {
        var left = keys.count
        var ended = 0
        func finish(_ isEnded: Bool) {
            if isEnded { ended += 1 }
            left -= 1
            if left == 0 { completion(ended, keys.count - ended) }
        }
        for key in keys {
            let id = ReservationID(tenant: tenant, digest: Keys.digest(ofRecord: key))
            perform(.status(id)) { result in
                switch result {
                case .success(let answer):
                    self.expire(answer.result, key, id, finish)
                case .failure(let error):
                    self.logger.error(
                        "hold can't be ended",
                        metadata: ["id": "\(id.text)", "error": "\(error.message)"])
                    finish(false)
                }
            }
        }
    }

    private func expire(
        _ result: StepResult, _ key: String, _ id: ReservationID, _ finish: @escaping (Bool) -> Void
    ) {
        guard case .found(let reservation) = result else {
            // A hold without a record has nothing to give back; it only would be looked at again.
            logger.error("hold without a record", metadata: ["id": "\(id.text)"])
            ask(RedisCommand("ZREM", Keys.holds(Keys.prefix(id.tenant)), key)) { _ in finish(true) }
            return
        }
        var call = reservation.call
        call.bodyDigest = ""
        if settings.onExpire == .release { call.amounts = Amounts() }
        let settlement = Settlement(
            kind: settings.onExpire == .release ? .expire : .expireCharged,
            reservation: reservation, call: call)
        perform(.settle(settlement)) { result in
            guard case .success(let answer) = result, case .done = answer.result else {
                finish(false)
                return
            }
            self.onExpiry?(settlement)
            self.logger.info(
                "reservation expired",
                metadata: ["id": "\(id.text)", "seq": "\(answer.moment.sequence.text)"])
            finish(true)
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
                let question = start.filter { !"*$".contains($0.prefix(1)) }.joined(separator: " ")
                self.logger.error(
                    "Redis refused a question",
                    metadata: ["question": "\(question)", "error": "\(error.line)"])
                completion(
                    .failure(
                        BudgetError(.internal, "Redis answered \(error.code) to \(question)")))
            case .failure(let failure):
                completion(.failure(StoreFailure.error(failure, canHaveEffect: false)))
            }
        }
    }
}
