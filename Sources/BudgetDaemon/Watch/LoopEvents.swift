// What the listeners of one loop let their clients watch by: everything is asked of the desk, on
// its loop, and comes back to this one.

import BudgetModel
import BudgetService
import NIOCore

/// A loop's way to the desk. Confined to its loop.
final class LoopEvents: EventSource {
    var aliases: [String: SubjectField]
    private let desk: NIOLoopBound<EventDesk>
    private let loop: any EventLoop

    init(_ desk: NIOLoopBound<EventDesk>, aliases: [String: SubjectField], loop: any EventLoop) {
        self.desk = desk
        self.aliases = aliases
        self.loop = loop
    }

    func watch(
        _ channel: EventChannel, reader: any EventReader,
        completion: @escaping (Result<EventWatch, BudgetError>) -> Void
    ) {
        let desk = desk
        let far = NIOLoopBoundBox.makeEmptyBox(
            valueType: FarReader.self, eventLoop: desk.eventLoop)
        let watch = EventWatch(channel, reader: reader) {
            desk.eventLoop.execute {
                far.value?.end()
                far.value = nil
            }
        }
        let near = NIOLoopBound(NearWatch(watch, reader, completion), eventLoop: loop)
        desk.eventLoop.execute { far.value = desk.value.watch(channel, near) }
    }
}

/// A watch on the loop of its reader. Confined to that loop.
final class NearWatch {
    private weak var watch: EventWatch?
    private weak var reader: (any EventReader)?
    /// Has the watch until it is known whether it counts; then it is the reader's.
    private var begun: ((Result<Void, BudgetError>) -> Void)?

    init(
        _ watch: EventWatch, _ reader: any EventReader,
        _ completion: @escaping (Result<EventWatch, BudgetError>) -> Void
    ) {
        self.watch = watch
        self.reader = reader
        begun = { result in completion(result.map { watch }) }
    }

    func begin(_ result: Result<Void, BudgetError>) {
        begun?(result)
        begun = nil
    }

    func take(_ messages: ArraySlice<EventMessage>) {
        guard let watch, !watch.isEnded else { return }
        reader?.take(messages, of: watch)
    }

    func room(_ answer: @escaping (Bool) -> Void) {
        guard let reader else { return answer(false) }
        reader.room(answer)
    }

    func end() {
        guard let watch, !watch.isEnded else { return }
        reader?.end(watch)
    }
}
