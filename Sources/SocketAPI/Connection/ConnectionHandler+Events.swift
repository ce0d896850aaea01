// Events for a subscriber. They go among the replies, so that a channel's first event stands behind
// the reply that says it counts; a subscriber who doesn't read them is closed, and told why.

import BudgetModel
import BudgetService
import NIOCore
import RESP

extension ConnectionHandler: EventReader {
    func subscribe(_ names: [[UInt8]]) {
        guard let caller = state.caller, let source = connections.executor.events else {
            return answer(.error(.unavailable, "there is nothing to watch here"))
        }
        let channels: [EventChannel]
        do throws(BudgetError) {
            channels = try read(names, caller, source)
        } catch {
            return answer(.error(error))
        }
        watcher = watcher ?? caller
        for (name, channel) in zip(names, channels) {
            let isNew = state.channels.insert(name).inserted
            let reply = Reply.subscription(
                .subscribe, channel: name, count: state.channels.count)
            guard isNew else {
                answer(reply)
                continue
            }
            let ticket = state.replies.reserve(state.version)
            source.watch(channel, reader: self) { result in
                self.began(name, result)
                self.complete(ticket, result.fault.map(Reply.error) ?? reply)
            }
        }
    }

    private func read(
        _ names: [[UInt8]], _ caller: Caller, _ source: any EventSource
    ) throws(BudgetError) -> [EventChannel] {
        var channels: [EventChannel] = []
        for name in names {
            guard let text = String(validating: name, as: UTF8.self) else {
                throw BudgetError(
                    .badArgument, "channel is not UTF-8, which every argument has to be")
            }
            channels.append(
                try EventChannel(name: text, caller: caller, aliases: source.aliases))
        }
        let most = state.settings.bounds.maxChannels
        guard state.channels.union(names).count <= most else {
            throw BudgetError(.tooLarge, "a connection has at most \(most) channels")
        }
        return channels
    }

    private func began(_ name: [UInt8], _ result: Result<EventWatch, BudgetError>) {
        switch result {
        case .failure: state.channels.remove(name)
        case .success(let watch):
            guard context != nil, state.channels.contains(name), watches[name] == nil else {
                return watch.end()
            }
            watches[name] = watch
        }
    }

    func unsubscribe(_ names: [[UInt8]]) {
        let all = names.isEmpty ? Array(state.channels) : names
        for name in all {
            state.channels.remove(name)
            watches.removeValue(forKey: name)?.end()
            answer(.subscription(.unsubscribe, channel: name, count: state.channels.count))
        }
        if all.isEmpty { answer(.subscription(.unsubscribe, channel: nil, count: 0)) }
    }

    func endWatches() {
        for watch in watches.values { watch.end() }
        watches = [:]
        watcher = nil
        state.channels = []
    }

    func room(_ answer: @escaping (Bool) -> Void) {
        answer(unreadBytes < state.settings.bounds.maxUnreadEventBytes / 2)
    }

    /// Bytes that the kernel has not taken.
    private var unreadBytes: Int {
        let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return writer.buffer.readableBytes + (buffered ?? 0)
    }

    func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch) {
        guard let name = watches.first(where: { $0.value === watch })?.key else {
            return watch.end()
        }
        guard state.isStillGranted() else { return cut(ConnectionState.revoked) }
        guard let caller = state.caller, caller == watcher else {
            return cut(
                BudgetError(.noPermission, "the role or tenant is another now; subscribe again"))
        }
        guard unreadBytes < state.settings.bounds.maxUnreadEventBytes else {
            return cut(Self.tooSlow)
        }
        for message in messages {
            answer(.message(channel: name, text: message.json(for: caller.role)))
        }
        mark()
    }

    func end(_ watch: EventWatch) { cut(Self.tooSlow) }

    private static let tooSlow = BudgetError(
        .overloaded,
        "events were read more slowly than they came; subscribe again, with since=<the last seq>")

    /// Says why, and closes; who doesn't read that either is closed after a while.
    private func cut(_ error: BudgetError) {
        connections.noteCut(self, error)
        endWatches()
        answer(.error(error))
        deadlines.unreadSince = deadlines.unreadSince ?? context?.eventLoop.now
        finish()
    }
}

extension Result where Failure == BudgetError {
    /// The error, if it is one.
    fileprivate var fault: BudgetError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
