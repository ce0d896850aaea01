// An executor written for the tests: it is the listener that is under test, not the decisions.

import BudgetModel
import BudgetService
import NIOCore

/// Answers by the command: an echo of what was asked, or an error where the user is an error code.
final class TestExecutor: CommandExecutor {
    typealias Completion = (Result<Answer, BudgetError>) -> Void

    /// Whether requests wait for `answer(_:)`.
    var holds = false
    let events: (any EventSource)? = nil
    private(set) var requests: [CommandRequest] = []
    private var held: [Completion?] = []
    private var count = 0
    private let loop: (any EventLoop)?

    /// - Parameter loop: where every second answer is put off to the next tick; nil to answer all
    ///   of them before `execute` returns.
    init(loop: (any EventLoop)? = nil) {
        self.loop = loop
    }

    func execute(_ request: CommandRequest, completion: @escaping Completion) {
        count += 1
        if holds || loop == nil { requests.append(request) }
        if holds {
            held.append(completion)
        } else if let loop, count.isMultiple(of: 2) {
            loop.assumeIsolated().execute { completion(Self.result(of: request)) }
        } else {
            completion(Self.result(of: request))
        }
    }

    /// Answers the request that was given over as the so-manieth, from 0.
    func answer(_ index: Int) {
        held[index]?(Self.result(of: requests[index]))
        held[index] = nil
    }

    func check(_ request: CommandRequest) throws(BudgetError) {
        try request.check(aliases: [:])
    }

    private static func result(of request: CommandRequest) -> Result<Answer, BudgetError> {
        let user = request.fields.first { $0.name.text == "user" }?.value ?? ""
        if let code = BudgetError.Code(rawValue: user) {
            return .failure(BudgetError(code, "as the user\r\nasked"))
        }
        switch request.command {
        case .status: return .success(.null)
        case .usage:
            let limit = Answer.map([.init("limit", .text("a")), .init("cap", .integer(50))])
            return .success(.map([.init("limits", .list([limit, limit]))]))
        default:
            return .success(
                .map([
                    .init("did", .text(request.command.rawValue)),
                    .init("at", .list(request.positions.map(Answer.text))),
                    .init("with", .integer(Int64(request.fields.count))),
                ]))
        }
    }
}
