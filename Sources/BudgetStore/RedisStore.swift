// The store: what the service's two ports mean in Redis.
//
// Steps wait in a queue for each tenant and go to Redis as one call of the script, alone or
// together (TenantQueue). BatchEncoder writes the call, the script decides, BatchDecoder reads
// the answers. What must always hold:
// - every completion is called exactly once, with `OUTCOME_UNKNOWN` only where an effect is
//   possible, and `UNAVAILABLE` only where none is;
// - steps of one tenant are decided in the order in which they came;
// - an answer that shows a lower sequence number than one before it means that Redis has lost
//   data: nothing more is served until the loss is accepted (`lossOf`).
// Rejected: one call a step (Redis's time goes into calls), a timer that gathers (adds delay
// when there is nothing to gather).

public import BudgetModel
import Foundation
public import Logging
public import NIOCore
public import RedisClient

/// A store on one Redis connection, confined to its event loop.
public final class RedisStore: BudgetPort {
    /// What the operator can set.
    public struct Configuration: Sendable {
        /// How long a step may take, queue and Redis together.
        public var timeout = TimeAmount.milliseconds(1000)
        /// Steps waiting at most, of all tenants together.
        public var queueLimit = 20_000

        public init() {}
    }

    public let link: RedisLink
    let configuration: Configuration
    let logger: Logger
    private var faults = RepeatedFaults()
    var settings = BatchEncoder.Settings()
    var encoder = BatchEncoder()
    /// Says where the days of a tenant begin; nil until one is adopted.
    var policy: Policy?
    var queues: [ExactText: TenantQueue] = [:]
    var ready: [TenantQueue] = []
    var isPumpScheduled = false
    /// What cursors of COUNTERS are sealed by: what all daemons on one Redis know, and until one is
    /// connected to what nobody else does.
    var seal = RedisStore.newSecret()
    /// Steps that wait for their turn, of all tenants together.
    public internal(set) var waiting = 0
    /// Told of each call of the script: its steps, and how long it took.
    public var onCall: ((_ steps: Int, _ nanoseconds: Int64) -> Void)?
    /// Told of each hold that a sweep ended.
    public var onExpiry: ((Settlement) -> Void)?
    /// Redis's clock minus this machine's, in milliseconds.
    var clockOffset: Int64 = 0
    /// The tenant whose history went back, once one did.
    public internal(set) var lossOf: String?
    /// The epoch of a journal that is beyond ours, until a check has looked.
    var newerEpoch: Int64?
    let judge: LossJudge?

    /// - Parameter judge: told of the place in history of each answer, and of losses.
    public init(
        link: RedisLink, configuration: Configuration = .init(), judge: LossJudge? = nil,
        logger: Logger
    ) {
        self.link = link
        self.judge = judge
        self.configuration = configuration
        self.logger = logger
    }

    /// Takes what a policy says about keeping and waiting; used from the next step on.
    public func adopt(_ policy: Policy) {
        settings.graceMs = policy.reservations.graceMs
        settings.onExpire = policy.reservations.onExpire
        settings.keep = policy.keep
        self.policy = policy
    }

    /// Writes entries in this epoch from now on. A new connection begins here too: a tenant's
    /// registration and history are looked at anew.
    public func begin(epoch: Int64) {
        settings.epoch = epoch
        lossOf = nil
        newerEpoch = nil
        for queue in queues.values {
            queue.newest = Sequence(epoch: 0, number: 0)
            if queue.registration == .done { queue.registration = .none }
        }
    }

    /// A test's clock in place of Redis's, Unix time in milliseconds.
    public var testClock: Int64? {
        get { settings.now }
        set { settings.now = newValue }
    }

    public var now: Int64 { settings.now ?? localNow + clockOffset }

    static func newSecret() -> String {
        (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
    }

    var localNow: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Logs what is wrong with what Redis holds, which the same request finds again and again: at
    /// once, and as long as it lasts at times that grow.
    func tell(_ fault: Logger.Message, _ facts: Logger.Metadata) {
        let line = "\(fault) \(facts.sorted { $0.key < $1.key })"
        guard faults.isNews(line, at: localNow) else { return }
        logger.error(fault, metadata: facts)
    }

    public func perform(
        _ step: Step, completion: @escaping (Result<StepAnswer, BudgetError>) -> Void
    ) {
        guard waiting < configuration.queueLimit else {
            let limit = configuration.queueLimit
            completion(
                .failure(BudgetError(.overloaded, "\(limit) requests wait already; try again")))
            return
        }
        if let refusal = lossRefusal {
            completion(.failure(refusal))
            return
        }
        let queue = queue(of: step.tenant)
        queue.pending.append(
            TenantQueue.Pending(
                step: step, deadline: .now() + configuration.timeout, completion: completion))
        waiting += 1
        schedule(queue)
    }

    func queue(of tenant: String) -> TenantQueue {
        if let known = queues[ExactText(tenant)] { return known }
        let queue = TenantQueue(tenant: tenant)
        queues[ExactText(tenant)] = queue
        return queue
    }

    /// All that comes in one tick of the loop goes together.
    private func schedule(_ queue: TenantQueue) {
        ready.append(queue)
        guard !isPumpScheduled else { return }
        isPumpScheduled = true
        link.eventLoop.assumeIsolated().execute { self.pumpAll() }
    }

    private func pumpAll() {
        isPumpScheduled = false
        let queues = ready
        ready.removeAll(keepingCapacity: true)
        for queue in queues { pump(queue) }
    }
}
