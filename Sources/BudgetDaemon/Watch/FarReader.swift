// A reader on another loop than the hub that tells it, as the hub sees it.

import BudgetService
import BudgetModel
import NIOCore

/// Passes on what it is told. Confined to the hub's loop.
final class FarReader: EventReader {
    private let near: NIOLoopBound<NearWatch>
    private let outbox: EventOutbox
    private var watch: EventWatch?
    private var isEnded = false

    init(_ near: NIOLoopBound<NearWatch>, _ outbox: EventOutbox) {
        self.near = near
        self.outbox = outbox
    }

    /// Says whether the watch counts.
    func began(_ result: Result<EventWatch, BudgetError>) {
        watch = try? result.get()
        if isEnded { watch?.end() }
        let result = result.map { _ in }
        outbox.post { [near] in near.value.begin(result) }
    }

    /// Nothing more is wanted.
    func end() {
        isEnded = true
        watch?.end()
    }

    func room(_ answer: @escaping (Bool) -> Void) {
        let answer = NIOLoopBound(answer, eventLoop: outbox.origin)
        outbox.post { [near] in
            near.value.room { hasRoom in
                answer.eventLoop.execute { answer.value(hasRoom) }
            }
        }
    }

    func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch) {
        outbox.add(.init(near: near, messages: messages))
    }

    func end(_ watch: EventWatch) {
        outbox.post { [near] in near.value.end() }
    }
}

/// What is on its way to one loop. Confined to the loop that it comes from.
final class EventOutbox {
    struct Delivery: Sendable {
        let near: NIOLoopBound<NearWatch>
        let messages: ArraySlice<EventMessage>
    }

    /// The loop that it comes from.
    let origin: any EventLoop
    private let loop: any EventLoop
    private var deliveries: [Delivery] = []

    init(from origin: any EventLoop, to loop: any EventLoop) {
        self.origin = origin
        self.loop = loop
    }

    /// All that is added in one tick of the loop goes together.
    func add(_ delivery: Delivery) {
        if deliveries.isEmpty { origin.assumeIsolated().execute { self.flush() } }
        deliveries.append(delivery)
    }

    /// Has something done on the other loop, behind what was added.
    func post(_ task: @escaping @Sendable () -> Void) {
        flush()
        loop.execute(task)
    }

    private func flush() {
        guard !deliveries.isEmpty else { return }
        let deliveries = deliveries
        self.deliveries = []
        loop.execute {
            for delivery in deliveries { delivery.near.value.take(delivery.messages) }
        }
    }
}
