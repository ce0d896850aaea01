// What reads events for the watchers of all loops: once for the daemon, on a loop and a connection
// of its own, so that those who decide have nothing to do with it but to write what is told into
// their clients' sockets.
//
// What must always hold:
// - what a watch is told comes to its loop in order, and behind the word that the watch counts;
// - a decision has the processor first: the desk's thread gets what is left where all is in use.

import BudgetModel
import BudgetService
import BudgetStore
import Glibc
import Logging
import NIOCore
import RedisClient

/// The reader of events. Confined to its loop.
final class EventDesk {
    /// How much the thread yields to others: it gets a third of the time of one that decides.
    private static let niceness: Int32 = 5

    private let link: RedisLink
    private let hub: EventHub
    private let denials: DenialBoard
    private var outboxes: [ObjectIdentifier: EventOutbox] = [:]
    private var ticking: RepeatedTask?

    /// Makes one on its loop, which it has for itself.
    init(
        _ redis: RedisConfiguration, _ denials: DenialBoard, loop: any EventLoop, logger: Logger
    ) {
        // Of the calling thread alone. Where it may not, it is as any other.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        self.denials = denials
        var configuration = redis.link
        configuration.logger = logger
        link = RedisLink(configuration: configuration, eventLoop: loop)
        hub = EventHub(port: RedisStore(link: link, logger: logger))
        hub.onChange = { [unowned self] audience in
            denials.listens(audience.wantsDenials)
            ticks(audience.isThere)
        }
    }

    /// Begins a watch whose reader is on another loop.
    func watch(
        _ channel: EventChannel, _ near: NIOLoopBound<NearWatch>
    ) -> FarReader {
        // Whoever is never asked needs no connection.
        link.start()
        let reader = FarReader(near, outbox(near.eventLoop))
        hub.watch(channel, reader: reader) { result in reader.began(result) }
        return reader
    }

    private func outbox(_ loop: any EventLoop) -> EventOutbox {
        let id = ObjectIdentifier(loop)
        let outbox = outboxes[id] ?? EventOutbox(from: link.eventLoop, to: loop)
        outboxes[id] = outbox
        return outbox
    }

    /// Reads journals on while somebody watches.
    private func ticks(_ isWatched: Bool) {
        ticking?.cancel()
        ticking = nil
        guard isWatched else { return }
        let delay = TimeAmount.milliseconds(EventHub.tickMs)
        let desk = NIOLoopBound(self, eventLoop: link.eventLoop)
        ticking = link.eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in
            desk.value.tick()
        }
    }

    private func tick() {
        hub.tell(denials.take())
        hub.tick()
    }

    func close() -> EventLoopFuture<Void> {
        ticking?.cancel()
        let promise = link.eventLoop.makePromise(of: Void.self)
        link.close { promise.succeed() }
        return promise.futureResult
    }
}
