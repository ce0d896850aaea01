// The policy in force: read again on SIGHUP or POLICY RELOAD, whole or not at all, and told to the
// other daemons on this Redis.
//
// What must always hold:
// - a file that is wrong changes nothing on any loop;
// - a reload is answered when every loop decides under the new policy;
// - another policy is in force only after it was entered in the audit: whoever changed it is known
//   even where the daemon ends in between;
// - one reload at a time, so that the file that was read last is in force.

import BudgetModel
import BudgetService
import Foundation
import Logging
import NIOCore
import SocketAPI
import Synchronization

/// Keeps the policy of all loops.
final class PolicyKeeper: Sendable {
    private struct State {
        var policy: Policy
        var readAt: Int64
        var holders: [PolicyHolder] = []
        var house: House?
        var reloading: Task<Result<PolicyReading, BudgetError>, Never>?

        /// What the daemons said, this one's own policy being known better than by what it said a
        /// moment ago.
        func holders(own name: String) -> [PolicyHolder] {
            holders.map { holder in
                guard holder.daemon == name else { return holder }
                return PolicyHolder(daemon: name, digest: policy.digest, at: holder.at)
            }
        }
    }

    let path: String
    /// What the daemon is called among those on its Redis; the same after a restart.
    let name: String
    private let logger: Logger
    private let state: Mutex<State>

    init(path: String, policy: Policy, socketPath: String, logger: Logger) {
        self.path = path
        name = ProcessInfo.processInfo.hostName + ":" + URL(filePath: socketPath).path
        self.logger = logger
        state = Mutex(State(policy: policy, readAt: Self.now))
    }

    var digest: String { state.withLock(\.policy.digest) }
    var keep: Retention { state.withLock(\.policy.keep) }
    var readAt: Int64 { state.withLock(\.readAt) }
    var holders: [PolicyHolder] { state.withLock { $0.holders(own: name) } }

    /// How many of the daemons on this Redis have another policy.
    var daemonsThatDiffer: Int {
        state.withLock { Self.differing($0.holders(own: name), $0.policy.digest).count }
    }

    /// From now on a reload reaches this house.
    func serve(_ house: House) { state.withLock { $0.house = house } }

    /// Reads the files and changes nothing.
    func check() -> PolicyReading { reading(PolicyReader.read(path: path)) }

    /// Reads the files, and takes what they say where nothing is wrong and it could be entered.
    func reload(
        actor: String, reason: String = ""
    ) async -> Result<PolicyReading, BudgetError> {
        let task = state.withLock { state in
            let before = state.reloading
            let task = Task {
                _ = await before?.value
                return await self.reloadNow(actor, reason)
            }
            state.reloading = task
            return task
        }
        return await task.value
    }

    private func reloadNow(
        _ actor: String, _ reason: String
    ) async -> Result<PolicyReading, BudgetError> {
        let result = PolicyReader.read(path: path)
        let reading = self.reading(result)
        guard case .success(let policy) = result else {
            logger.error(
                "policy not reloaded, the one before stays",
                metadata: ["faults": "\(reading.faults.joined(separator: "; "))"])
            return .success(reading)
        }
        let floors = state.withLock(\.house)?.floors ?? []
        if let floor = floors.first, policy.digest != reading.before {
            let entry = Act(
                policy: policy.digest, before: reading.before, actor: actor, reason: reason)
            if case .failure(let error) = await Self.enter(entry, on: floor) {
                logger.error(
                    "policy not reloaded, it could not be entered in the audit",
                    metadata: ["error": "\(error)"])
                return .failure(error)
            }
        }
        for floor in floors {
            // It fails only where the loop has ended, and the daemon with it.
            try? await floor.eventLoop.submit { floor.value.adopt(policy) }.get()
        }
        state.withLock { state in
            state.policy = policy
            state.readAt = Self.now
        }
        logger.notice(
            "policy reloaded",
            metadata: [
                "before": "\(reading.before)", "policy": "\(policy.digest)", "actor": "\(actor)",
            ])
        return .success(reading)
    }

    private static func enter(
        _ entry: Act, on floor: NIOLoopBound<Floor>
    ) async -> Result<ActResult, BudgetError> {
        let answer = floor.eventLoop.flatSubmit {
            let promise = floor.eventLoop.makePromise(of: Result<ActResult, BudgetError>.self)
            floor.value.store.perform(entry) { promise.succeed($0) }
            return promise.futureResult
        }
        do {
            return try await answer.get()
        } catch {
            return .failure(BudgetError(.unavailable, "the daemon ends"))
        }
    }

    private func reading(_ result: Result<Policy, PolicyFaults>) -> PolicyReading {
        switch result {
        case .success(let policy):
            PolicyReading(file: path, digest: policy.digest, faults: [], before: digest)
        case .failure(let faults):
            PolicyReading(
                file: path, digest: nil, faults: faults.faults.map(\.text), before: digest)
        }
    }

    /// Takes what the daemons on this Redis said; a change of who differs is logged.
    func heard(_ holders: [PolicyHolder]) {
        let (before, digest) = state.withLock { state in
            let before = Self.differing(state.holders(own: name), state.policy.digest)
            state.holders = holders
            return (before, state.policy.digest)
        }
        let after = Self.differing(self.holders, digest)
        guard before != after else { return }
        if after.isEmpty {
            logger.notice("the daemons on this redis have one policy")
        } else {
            logger.error(
                "daemons on this redis have other policies",
                metadata: [
                    "policy": "\(digest)", "daemons": "\(after.joined(separator: ", "))",
                ])
        }
    }

    private static func differing(_ holders: [PolicyHolder], _ digest: String) -> [String] {
        holders.filter { $0.digest != digest }.map(\.daemon)
    }

    /// What INFO shows.
    var information: InformationSection {
        let (policy, holders) = state.withLock { ($0.policy, $0.holders(own: name)) }
        let (digest, rule) = (policy.digest, policy.onUnavailable)
        return InformationSection(
            "Policy",
            [
                ("policy", digest), ("daemons", "\(holders.count)"),
                ("daemons_with_another_policy", "\(Self.differing(holders, digest).count)"),
            ] + Self.lines(of: rule))
    }

    /// What a client does while budgetd can't be asked, as it asks for it when it connects.
    private static func lines(of rule: OutageRule) -> [(String, String)] {
        switch rule {
        case .deny:
            [("on_unavailable", "deny")]
        case .allow(let cost, let milliseconds):
            [
                ("on_unavailable", "allow"), ("on_unavailable_cap_usd", NanoUSD.text(cost)),
                ("on_unavailable_within_ms", "\(milliseconds)"),
            ]
        }
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
