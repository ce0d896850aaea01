// The policy in force: read again on SIGHUP or POLICY RELOAD, whole or not at all, and told to the
// other daemons on this Redis.
//
// What must always hold:
// - a file that is wrong changes nothing on any loop;
// - a reload is answered when every loop decides under the new policy;
// - one reload at a time, so that the file that was read last is in force.

import BudgetModel
import BudgetService
import Foundation
import Logging
import SocketAPI
import Synchronization

/// Keeps the policy of all loops.
final class PolicyKeeper: Sendable {
    private struct State {
        var digest: String
        var onUnavailable: OutageRule
        var readAt: Int64
        var holders: [PolicyHolder] = []
        var house: House?
        var reloading: Task<PolicyReading, Never>?
    }

    let path: String
    /// What the daemon is called among those on its Redis; the same after a restart.
    let name: String
    private let logger: Logger
    private let state: Mutex<State>

    init(path: String, policy: Policy, socketPath: String, logger: Logger) {
        self.path = path
        name = ProcessInfo.processInfo.hostName + ":" + socketPath
        self.logger = logger
        state = Mutex(
            State(
                digest: policy.digest, onUnavailable: policy.onUnavailable, readAt: Self.now))
    }

    var digest: String { state.withLock(\.digest) }
    var readAt: Int64 { state.withLock(\.readAt) }
    var holders: [PolicyHolder] { state.withLock(\.holders) }

    /// From now on a reload reaches this house.
    func serve(_ house: House) { state.withLock { $0.house = house } }

    /// Reads the files and changes nothing.
    func check() -> PolicyReading { reading(PolicyReader.read(path: path)) }

    /// Reads the files, and takes what they say where nothing is wrong.
    func reload() async -> PolicyReading {
        let task = state.withLock { state in
            let before = state.reloading
            let task = Task {
                _ = await before?.value
                return await self.reloadNow()
            }
            state.reloading = task
            return task
        }
        return await task.value
    }

    private func reloadNow() async -> PolicyReading {
        let result = PolicyReader.read(path: path)
        let reading = self.reading(result)
        guard case .success(let policy) = result else {
            logger.error(
                "policy not reloaded, the one before stays",
                metadata: ["faults": "\(reading.faults.joined(separator: "; "))"])
            return reading
        }
        for floor in state.withLock(\.house)?.floors ?? [] {
            // It fails only where the loop has ended, and the daemon with it.
            try? await floor.eventLoop.submit { floor.value.adopt(policy) }.get()
        }
        state.withLock { state in
            state.digest = policy.digest
            state.onUnavailable = policy.onUnavailable
            state.readAt = Self.now
        }
        logger.notice(
            "policy reloaded",
            metadata: ["before": "\(reading.before)", "policy": "\(policy.digest)"]
        )
        return reading
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
            let before = Self.differing(state.holders, state.digest)
            state.holders = holders
            return (before, state.digest)
        }
        let after = Self.differing(holders, digest)
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
        let (digest, rule, holders) = state.withLock { ($0.digest, $0.onUnavailable, $0.holders) }
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
