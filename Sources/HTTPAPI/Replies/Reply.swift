// What goes back: a status, a body and the few headers that matter.

import BudgetModel
import BudgetService
import HTTPTypes
import NIOCore

/// An HTTP reply, complete.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    var fields: HTTPFields
    var body: ByteBuffer

    /// A JSON document.
    init(_ status: HTTPResponse.Status, _ json: JSON, type: String = "application/json") {
        var body = ByteBuffer()
        json.write(into: &body)
        self.init(status, body, type: type)
    }

    init(_ status: HTTPResponse.Status, _ body: ByteBuffer, type: String) {
        self.status = status
        self.body = body
        // What budgets stand at is of its moment, and nobody else's.
        fields = [
            .contentType: type, .contentLength: String(body.readableBytes),
            .cacheControl: "no-store",
        ]
    }

    /// What became of a command.
    init(_ result: Result<Answer, BudgetError>, of command: Command) {
        switch result {
        case .failure(let error): self = Problem(error).reply
        case .success(let answer):
            if let problem = Problem(denial: answer, of: command) {
                self = problem.reply
            } else {
                self.init(.ok, JSON(answer))
            }
        }
    }
}
