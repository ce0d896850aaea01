// What a connection is and decides; no channel, clock or socket in it.
//
// Made of: who speaks (`ConnectionState+Access`) and in which version, the queue of a MULTI
// (`Transaction`), the replies owed (`ReplyQueue`), and whether it is open. A request goes in, a
// `ConnectionAction` comes out.
//
// What must always hold:
// - Replies leave in the order of their requests, each in its request's protocol version.
// - A command is given over to be executed only while the connection is open, by a caller who is
//   known and whose role suffices.
// - Nothing of an aborted MULTI is given over.

import BudgetModel
import BudgetService
import Listeners
import RESP

/// The state of one connection.
struct ConnectionState: Sendable {
    /// Whether requests are taken.
    enum Phase: Equatable, Sendable {
        /// They are.
        case open
        /// None is any more; the replies owed are sent, then it closes.
        case closing
    }

    let id: Int
    let settings: ConnectionSettings
    /// Who the socket says it is; RESET makes the caller that again.
    private(set) var peer: Caller?
    private(set) var phase = Phase.open
    var caller: Caller?
    /// The address at the other end; empty for a unix socket.
    let address: String
    /// What credentials gave; nil where the socket says who it is, or nobody has said it yet.
    var grant: Grant?
    /// When the grant was looked at last.
    var generation = 0
    var version = ProtocolVersion.resp2
    var identity = ClientIdentity()
    var transaction: Transaction?
    /// The channels that it is told of, or is about to be.
    var channels: Set<[UInt8]> = []
    var replies = ReplyQueue()

    init(id: Int, settings: ConnectionSettings, peer: Caller?, address: String = "") {
        self.id = id
        self.settings = settings
        self.peer = peer
        self.address = address
        caller = peer
    }

    /// The socket says later who it is, before the first request: by a certificate.
    mutating func identify(_ peer: Caller) {
        self.peer = peer
        caller = peer
    }

    /// Whether the next request may be taken while so many bytes of replies wait unwritten.
    func takesRequests(unwrittenBytes: Int) -> Bool {
        phase == .open && replies.count < settings.bounds.maxUnanswered
            && unwrittenBytes < settings.bounds.maxUnwrittenBytes
    }

    /// Whether there is nothing left but to close.
    var isFinished: Bool { phase == .closing && replies.isEmpty }

    /// The client has closed its side, or the server stops: what is in flight is answered.
    mutating func close() {
        phase = .closing
        transaction = nil
    }

    /// Takes a request.
    ///
    /// - Parameter check: asked of a command that is to wait in a MULTI.
    mutating func receive(
        _ request: Request, check: (CommandRequest) throws(BudgetError) -> Void
    ) -> ConnectionAction {
        guard isStillGranted() else { return .reply(.error(Self.revoked)) }
        guard let verb = VerbTable.shared.verb(of: request) else {
            return caller == nil ? notAuthenticated() : refuse(unknownCommand(request))
        }
        if let refusal = refusalOfSubscriber(verb) { return refuse(refusal) }
        switch verb {
        case .budget(let form):
            return receive(request, form, check)
        case .connection(let command):
            return receive(request, command)
        case .family:
            preconditionFailure("a request is of a family's member")
        }
    }

    /// In RESP2 a subscriber's replies look like what it is told, so it gets few.
    private func refusalOfSubscriber(_ verb: Verb) -> BudgetError? {
        guard version == .resp2, !channels.isEmpty else { return nil }
        if case .connection(let command) = verb, command.isForSubscribers { return nil }
        return BudgetError(
            .error,
            "only SUBSCRIBE, UNSUBSCRIBE, PING, QUIT and RESET are taken while subscribed in RESP2")
    }

    /// Takes bytes that were no request.
    mutating func receive(_ error: RequestDecodingError) -> ConnectionAction {
        switch error {
        case .tooLarge(let description):
            return refuse(BudgetError(.tooLarge, description))
        case .protocolViolation(let description):
            close()
            return .reply(.error(.error, "Protocol error: \(description)"))
        }
    }

    private mutating func receive(
        _ request: Request, _ form: CommandForm,
        _ check: (CommandRequest) throws(BudgetError) -> Void
    ) -> ConnectionAction {
        guard let caller else { return notAuthenticated() }
        do throws(BudgetError) {
            try caller.check(form.command)
            let command = try form.read(request, caller: caller)
            guard transaction != nil else { return .execute(command) }
            try check(command)
            return try enqueue(.budget(command), bytes: request.byteCount)
        } catch {
            return refuse(error)
        }
    }

    private mutating func receive(
        _ request: Request, _ command: ConnectionCommand
    ) -> ConnectionAction {
        let spec = command.spec
        guard caller != nil || spec.place == .stranger else { return notAuthenticated() }
        guard spec.argumentCounts.contains(request.count - 1) else {
            return refuse(
                BudgetError(
                    .error,
                    "wrong number of arguments for '\(command.rawValue.lowercased())' command"))
        }
        let arguments = Arguments(request)
        guard transaction != nil else { return carryOut(command, arguments) }
        switch (spec.place, command) {
        case (.immediate, _), (_, .quit), (_, .reset):
            return carryOut(command, arguments)
        case (.queued, _):
            do throws(BudgetError) {
                return try enqueue(.connection(command, arguments), bytes: request.byteCount)
            } catch {
                return refuse(error)
            }
        case (.outside, _), (.stranger, _):
            return refuse(
                BudgetError(.error, "\(command.rawValue) can't be used between MULTI and EXEC"))
        }
    }

    private mutating func enqueue(
        _ command: Transaction.Queued, bytes: Int
    ) throws(BudgetError) -> ConnectionAction {
        let bounds = settings.bounds
        try transaction?.append(command, bytes: bytes, bounds: bounds)
        return .reply(.word(.queued))
    }

    /// Answers with an error, which a MULTI remembers.
    private mutating func refuse(_ error: BudgetError) -> ConnectionAction {
        transaction?.abort()
        return .reply(.error(error))
    }

    private func notAuthenticated() -> ConnectionAction {
        .reply(.error(.noAuthentication, "Authentication required."))
    }

    private func unknownCommand(_ request: Request) -> BudgetError {
        let name = shown(request, 0)
        if case .family(let members)? = VerbTable.shared.verb(named: name) {
            let words = members.values.compactMap(\.command.words.last).sorted()
            let found = request.count > 1 ? "unknown subcommand '\(shown(request, 1))'" : "nothing"
            return BudgetError(
                .error,
                "\(found) behind \(name.uppercased()); expected one of "
                    + words.joined(separator: ", "))
        }
        var message = "unknown command '\(name)', with args beginning with:"
        for index in 1..<max(1, min(request.count, 4)) { message += " '\(shown(request, index))'" }
        if let near = NearMiss.word(for: name, among: VerbTable.shared.names) {
            message += "; did you mean \(near)?"
        }
        return BudgetError(.error, message)
    }

    private func shown(_ request: Request, _ index: Int) -> String {
        request.withBytes(at: index) { excerpt(String(decoding: $0.prefix(128), as: UTF8.self)) }
    }
}
