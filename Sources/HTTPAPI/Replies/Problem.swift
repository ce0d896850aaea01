// Refusals as problem documents (RFC 9457): the status for programs that know HTTP only, the
// stable code of the socket API for those that know more, the sentence for people.
//
// A denial of RESERVE and CHARGE is a refusal too, since the client that overlooks a status is the
// one that overlooks a field: 402 where a limit is reached, 429 where a rate is and waiting helps,
// 403 where the subject is suspended, 422 where the policy denies such a call at all. CHECK is a
// question, and a denial is its answer: 200.

import BudgetModel
import BudgetService
import HTTPTypes

/// Why a request isn't carried out.
struct Problem: Error, Sendable {
    var status: HTTPResponse.Status
    var code: String
    var title: String
    var detail: String
    /// Seconds after which to try again.
    var retryAfter: Int64?
    /// The methods that there are.
    var allow: String?
    /// The fields of a denial.
    var denial: [JSON.Member] = []

    /// The code of a denial; the socket has none, since there it is no error.
    static let denialCode = "DENIED"

    init(_ status: HTTPResponse.Status, _ code: BudgetError.Code, _ detail: String) {
        self.status = status
        self.code = code.rawValue
        title = code.title
        self.detail = detail
    }

    /// An error of a command.
    init(_ error: BudgetError) {
        self.init(error.code.status, error.code, error.message)
        if status == .serviceUnavailable { retryAfter = 1 }
    }

    /// The refusal that a decision is; nil where it allows, or only tells what would be.
    init?(denial answer: Answer, of command: Command) {
        guard command.admits, answer["decision"] == .text("deny"),
            case .text(let name)? = answer["reason"], case .text(let message)? = answer["message"]
        else { return nil }
        let wait: Int64? =
            if case .integer(let wait)? = answer["retry_after_ms"] { wait } else { nil }
        status = Self.status(ofDenial: Reason(rawValue: name), wait: wait)
        code = Self.denialCode
        title = "Denied: " + name
        detail = message
        if status == .tooManyRequests { retryAfter = wait.map(Self.seconds) }
        denial = JSON(answer).members
    }

    private static func status(ofDenial reason: Reason?, wait: Int64?) -> HTTPResponse.Status {
        switch reason {
        case .rateLimited where wait != nil: .tooManyRequests
        case .suspended: .forbidden
        case .missingSubject, .unknownModel: .unprocessableContent
        case .rateLimited, .limitExceeded, nil: HTTPResponse.Status(code: 402)
        }
    }

    /// As `Retry-After` has them.
    static func seconds(_ milliseconds: Int64) -> Int64 {
        max(1, (milliseconds + 999) / 1000)
    }

    /// The document.
    var reply: Reply {
        var members: [JSON.Member] = [
            .init("type", .text("urn:budgetd:" + code.lowercased())),
            .init("title", .text(title)), .init("status", .number(Int64(status.code))),
            .init("detail", .text(detail)), .init("code", .text(code)),
        ]
        members += denial
        var reply = Reply(status, .object(members), type: Self.mediaType)
        if let retryAfter { reply.fields[.retryAfter] = String(retryAfter) }
        if let allow { reply.fields[.allow] = allow }
        if status == .unauthorized { reply.fields[.wwwAuthenticate] = "Bearer" }
        return reply
    }

    static let mediaType = "application/problem+json"
}

extension Command {
    /// Whether its denial is a refusal.
    var admits: Bool { self == .reserve || self == .charge }
}

extension BudgetError.Code {
    /// The status of a refusal with this code.
    var status: HTTPResponse.Status {
        switch self {
        case .badArgument, .noProtocol, .transactionAborted: .badRequest
        case .noAuthentication, .wrongPassword: .unauthorized
        case .noPermission: .forbidden
        case .conflict, .finalized: .conflict
        case .unknownReservation, .error: .notFound
        case .unavailable, .overloaded: .serviceUnavailable
        case .outcomeUnknown: .gatewayTimeout
        case .tooLarge: .contentTooLarge
        case .internal: .internalServerError
        }
    }

    /// What is always true of it.
    var title: String {
        switch self {
        case .badArgument: "The request makes no sense"
        case .noAuthentication: "Nobody has said who asks"
        case .wrongPassword: "The credentials are wrong"
        case .noPermission: "The role or the tenant may not do this"
        case .noProtocol: "No such protocol"
        case .conflict: "The idempotency key was used for another request"
        case .unknownReservation: "There is no such reservation"
        case .finalized: "The reservation has ended already"
        case .unavailable: "It certainly had no effect; try again"
        case .outcomeUnknown: "It may have had an effect; repeat it with the same key"
        case .overloaded: "A bound is reached; it had no effect"
        case .tooLarge: "The request is too large"
        case .transactionAborted: "A queued command was wrong"
        case .error: "There is no such resource"
        case .internal: "A fault of budgetd, which it has logged"
        }
    }
}
