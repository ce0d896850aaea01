// What a request is answered with, before it is bytes. Which protocol version it is written in is
// told when it is written, since replies wait in a queue and HELLO changes the version.

import BudgetModel
import BudgetService

/// One reply, or the head of one whose elements are the replies after it.
enum Reply: Equatable, Sendable {
    /// The simple strings of the protocol.
    enum Word: Equatable, Sendable {
        case ok
        case pong
        case queued
        case reset

        var text: StaticString {
            switch self {
            case .ok: "OK"
            case .pong: "PONG"
            case .queued: "QUEUED"
            case .reset: "RESET"
            }
        }
    }

    /// What became of a channel.
    enum Subscription: Equatable, Sendable {
        case subscribe
        case unsubscribe

        var text: StaticString {
            switch self {
            case .subscribe: "subscribe"
            case .unsubscribe: "unsubscribe"
            }
        }
    }

    case word(Word)
    case error(BudgetError)
    case answer(Answer)
    case value(ReplyValue)
    /// A channel's name, and of how many the connection is told then.
    case subscription(Subscription, channel: [UInt8]?, count: Int)
    /// What happened, as JSON, under the name of a channel.
    case message(channel: [UInt8], text: [UInt8])
    /// EXEC's reply is an array of the next so many replies.
    case arrayHead(Int)

    static let ok = Reply.word(.ok)

    static func error(_ code: BudgetError.Code, _ message: String) -> Reply {
        .error(BudgetError(code, message))
    }

    static func text(_ text: String) -> Reply { .value(.text(text)) }

    init(_ result: Result<Answer, BudgetError>) {
        switch result {
        case .success(let answer): self = .answer(answer)
        case .failure(let error): self = .error(error)
        }
    }
}
