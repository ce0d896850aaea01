// From a tenant's queue to Redis and back.

import BudgetModel
import NIOCore
import RedisClient

extension RedisStore {
    typealias Pending = TenantQueue.Pending

    /// Sends what waits, as far as the tenant's calls under way allow.
    func pump(_ queue: TenantQueue) {
        while queue.inFlight < TenantQueue.mostInFlight, !queue.pending.isEmpty {
            // The registry is written before a tenant's first entry, so that no sweep and no trim
            // misses it.
            if queue.registration != .done, queue.pending.contains(where: { $0.step.changes }) {
                register(queue)
                return
            }
            let batch = queue.take()
            waiting -= batch.count
            send(batch, of: queue)
        }
        forget(queue)
    }

    /// Tenants come and go; what is known of those without work is dropped once they are many.
    private func forget(_ queue: TenantQueue) {
        guard queues.count > Self.mostIdleTenants, queue.inFlight == 0, queue.pending.isEmpty,
            queue.registration != .underway
        else { return }
        queues[ExactText(queue.tenant)] = nil
    }

    private static let mostIdleTenants = 10_000

    private func register(_ queue: TenantQueue) {
        guard queue.registration == .none else { return }
        queue.registration = .underway
        let command = RedisCommand("SADD", Keys.tenants, queue.tenant)
        link.send(command, deadline: .now() + configuration.timeout) { result in
            switch result {
            case .success(.integer):
                queue.registration = .done
            case .success(let reply):
                queue.registration = .none
                self.logger.error("tenant registry", metadata: ["reply": "\(reply)"])
                self.refuse(queue, BudgetError(.internal, "the tenant registry can't be written"))
            case .failure(.unavailable(.refused(.outOfMemory, let error))):
                // What is spent is entered all the same; the next step tries to register again.
                queue.registration = .none
                self.refuse(
                    queue,
                    StoreFailure.error(
                        .unavailable(.refused(.outOfMemory, error)), canHaveEffect: false),
                    where: \.mayHold)
                self.sendUnregistered(queue)
                return
            case .failure(let failure):
                queue.registration = .none
                self.refuse(queue, StoreFailure.error(failure, canHaveEffect: false))
            }
            self.pump(queue)
        }
    }

    private func sendUnregistered(_ queue: TenantQueue) {
        while queue.inFlight < TenantQueue.mostInFlight, !queue.pending.isEmpty {
            let batch = queue.take()
            waiting -= batch.count
            send(batch, of: queue)
        }
    }

    private func refuse(
        _ queue: TenantQueue, _ error: BudgetError, where isRefused: (Step) -> Bool = { _ in true }
    ) {
        let refused = queue.pending.filter { isRefused($0.step) }
        queue.pending.removeAll { isRefused($0.step) }
        waiting -= refused.count
        for pending in refused { pending.completion(.failure(error)) }
    }

    private func send(_ batch: [Pending], of queue: TenantQueue) {
        let steps = batch.map(\.step)
        let call = encoder.encode(steps, tenant: queue.tenant, settings: settings)
        let epoch = settings.epoch
        let admits = steps.contains(where: DecideScript.admits)
        queue.inFlight += 1
        let begin = NIODeadline.now()
        link.evaluate(
            admits ? DecideScript.admitting : DecideScript.settling, keysAndArguments: call,
            count: encoder.count, keyCount: encoder.keyCount, deadline: batch[0].deadline
        ) { result in
            queue.inFlight -= 1
            self.onCall?(batch.count, (NIODeadline.now() - begin).nanoseconds)
            self.finish(batch, steps, of: queue, in: epoch, result)
            self.pump(queue)
        }
    }

    private func finish(
        _ batch: [Pending], _ steps: [Step], of queue: TenantQueue, in epoch: Int64,
        _ result: Result<RedisReply, RedisFailure>
    ) {
        switch result {
        case .success(let reply):
            if let refusal = refusalOfEpoch(reply.array?.first, sentIn: epoch) {
                for pending in batch { pending.completion(.failure(refusal)) }
                return
            }
            do throws(BudgetError) {
                let answers = try BatchDecoder.decode(reply, steps: steps)
                guard note(answers, steps, of: queue) else {
                    // Decided on books that are not whole: nobody may act on that.
                    for pending in batch {
                        pending.completion(.failure(lossError(canHaveEffect: pending.step.changes)))
                    }
                    return
                }
                for (pending, answer) in zip(batch, answers) { deliver(answer, to: pending) }
            } catch {
                logger.error(
                    "step failed", metadata: ["tenant": "\(queue.tenant)", "error": "\(error)"])
                for pending in batch { pending.completion(.failure(error)) }
            }
        case .failure(let failure):
            fail(batch, of: queue, failure)
        }
    }

    private func deliver(_ answer: Result<StepAnswer, BudgetError>, to pending: Pending) {
        if case .failure(let error) = answer {
            tell(
                "operation failed",
                [
                    "id": "\(pending.step.id?.text ?? "")", "tenant": "\(pending.step.tenant)",
                    "error": "\(error.message)",
                ])
        }
        pending.completion(answer)
    }

    /// Learns the clock and watches that history only grows; false once it did not.
    private func note(
        _ answers: [Result<StepAnswer, BudgetError>], _ steps: [Step], of queue: TenantQueue
    ) -> Bool {
        for case (.success(let answer), let step) in zip(answers, steps) {
            if settings.now == nil { clockOffset = answer.moment.now - localNow }
            let isChange = step.changes && answer.result.isDone
            guard note(answer.moment.sequence, isChange: isChange, of: queue) else { return false }
        }
        return true
    }

    /// Redis's memory being used up refuses admissions only: the rest of the batch goes again.
    private func fail(_ batch: [Pending], of queue: TenantQueue, _ failure: RedisFailure) {
        var again: [Pending] = []
        if case .unavailable(.refused(.outOfMemory, _)) = failure {
            again = batch.filter { !DecideScript.admits($0.step) }
            if again.count == batch.count { again = [] }
        }
        for pending in batch
        where again.isEmpty || DecideScript.admits(pending.step) {
            let error = StoreFailure.error(failure, canHaveEffect: pending.step.changes)
            pending.completion(.failure(error))
        }
        if !again.isEmpty { send(again, of: queue) }
    }
}

extension Step {
    /// Whether it can leave something held.
    var mayHold: Bool {
        guard case .admit(let admission) = self else { return false }
        return admission.kind == .reserve
    }

    /// Whether it can change anything; if it is done, its entry is a new one.
    var changes: Bool {
        switch self {
        case .admit(let admission): admission.kind != .check
        case .settle, .extend: true
        case .status, .usage: false
        }
    }
}

extension StepResult {
    fileprivate var isDone: Bool { if case .done = self { true } else { false } }
}
