// Carrying out what the state decided: replies into their places, commands to the executor.

import NIOCore
import RESP

extension ConnectionHandler {
    func carryOut(_ action: ConnectionAction) {
        switch action {
        case .reply(let reply):
            answer(reply)
        case .report(let report):
            answer(self.reply(to: report))
        case .execute(let request):
            let ticket = state.replies.reserve(state.version)
            connections.executor.execute(request) { result in
                self.complete(ticket, Reply(result))
            }
        case .subscribe(let names):
            subscribe(names)
        case .unsubscribe(let names):
            unsubscribe(names)
        case .reset:
            endWatches()
            answer(.word(.reset))
        case .transaction(let actions):
            answer(.arrayHead(actions.count))
            for action in actions { carryOut(action) }
        }
    }

    /// Answers a request at once, if nothing before it is owed.
    func answer(_ reply: Reply) {
        if case .error(let error) = reply { connections.counters.refused(error.code) }
        if state.replies.isEmpty {
            writer.protocolVersion = state.version
            writer.write(reply)
        } else {
            state.replies.append(reply, state.version)
        }
    }

    func complete(_ ticket: ReplyQueue.Ticket, _ reply: Reply) {
        guard context != nil else { return }
        state.replies.answer(ticket, reply)
        while let (reply, version) = state.replies.next() {
            writer.protocolVersion = version
            writer.write(reply)
        }
        mark()
    }

    private func reply(to report: ConnectionAction.Report) -> Reply {
        switch report {
        case .information(let asked):
            return .text(
                informationText(connections.information(), asked: asked, by: state.caller))
        case .client:
            let age = (context?.eventLoop.now ?? openedAt) - openedAt
            return .text(state.line(address: connections.address, age: age))
        }
    }
}
