// Tells the other daemons which policy this one has, and learns theirs.

import BudgetService
import BudgetStore
import Logging
import NIOCore
import ServiceLifecycle

/// The heartbeat of a daemon's policy.
struct PolicyService: Service {
    /// How long a difference may be unknown; a daemon is forgotten after a few of them.
    static let interval = Duration.seconds(2)

    let keeper: PolicyKeeper
    let house: House
    let logger: Logger

    func run() async throws {
        guard let floor = house.floors.first else { return }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await announce(floor)
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func announce(_ floor: NIOLoopBound<Floor>) async {
        let (loop, name, digest) = (floor.eventLoop, keeper.name, keeper.digest)
        let words = loop.flatSubmit {
            let promise = loop.makePromise(of: [PolicyHolder].self)
            floor.value.store.announce(daemon: name, digest: digest) { result in
                promise.completeWith(
                    result.map { words in
                        words.map {
                            PolicyHolder(daemon: $0.daemon, digest: $0.digest, at: $0.at)
                        }
                    }.mapError { $0 as any Error })
            }
            return promise.futureResult
        }
        do {
            keeper.heard(try await words.get())
        } catch {
            logger.debug("policy not announced", metadata: ["error": "\(error)"])
        }
    }
}
