// One worker of a run: a connection, what it has asked, and what it still has to settle.

import RESP

final class RunWorker {
    /// A request under way, and whose.
    struct Request {
        let verb: Mix.Verb
        let call: AgentCall
    }

    let connection: LoadConnection
    private var requests: [Request] = []
    private var answered = 0
    private var unsettled: [(call: AgentCall, id: String)] = []
    private var writer = CommandWriter()

    init(path: String) throws {
        connection = try LoadConnection(path: path)
    }

    /// Sends a burst of at most `depth`: first the settlements that are due, then new calls.
    ///
    /// - Parameter next: a new call, or nil where there are to be no more.
    /// - Returns: whether there was anything to send.
    func sendBurst(depth: Int, next: () -> Request?) throws -> Bool {
        requests.removeAll(keepingCapacity: true)
        answered = 0
        writer.buffer.clear()
        for (call, id) in unsettled.prefix(depth) {
            writer.commit(id)
            requests.append(Request(verb: .commit, call: call))
        }
        unsettled.removeFirst(requests.count)
        while requests.count < depth, let request = next() {
            switch request.verb {
            case .charge: writer.charge(request.call)
            case .usage: writer.usage(request.call)
            default: writer.reserve(request.call)
            }
            requests.append(request)
        }
        guard !requests.isEmpty else { return false }
        let result = writer.buffer.withUnsafeReadableBytes { bytes in
            Result {
                try connection.send(bytes, replies: requests.count, now: MonotonicTime.now)
            }
        }
        try result.get()
        return true
    }

    /// Reads what is there and hands over each reply with its request.
    func receive(
        _ take: (Request, ReplyFields, _ nanoseconds: UInt64) throws -> Void
    ) throws {
        let now = MonotonicTime.now
        try connection.receive { reply in
            let request = requests[answered]
            answered += 1
            let fields = ReplyFields(reply)
            if request.verb == .reserve, fields["decision"] == "allow", let id = fields["id"] {
                unsettled.append((request.call, id))
            }
            try take(request, fields, now - connection.sentAt)
        }
    }
}
