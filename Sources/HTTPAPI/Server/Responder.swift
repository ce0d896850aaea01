// A request's way: who asks, what for, may they, its fields, the executor of its loop, the reply.
//
// Hummingbird gives each connection a task of its own; executors are confined to event loops. The
// task hops to its connection's loop twice, to learn who asks before a byte of the body is read,
// and to give the command over; everything else is values.

import BudgetModel
import BudgetService
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Answers the requests of one listener.
struct Responder: Sendable {
    /// Each loop's executor.
    let executors: [ObjectIdentifier: NIOLoopBound<any CommandExecutor>]
    let vitals: Vitals
    let bounds: HTTPBounds
    let streams: StreamCount
    let tally: HTTPTally
    let logger: Logger

    func respond(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        var bytes = RequestBytes(request, on: channel, bounds)
        let outcome: Outcome
        do {
            outcome = try await self.outcome(of: request, &bytes, writer, channel)
        } catch let problem as Problem {
            outcome = .reply(problem.reply)
        }
        tally.answered(Route.name(of: Self.target(of: request).path), outcome.status.code)
        switch outcome {
        case .reply(let reply):
            let head = HTTPResponse(status: reply.status, headerFields: reply.fields)
            if request.method == .head {
                try await writer.writeResponse(head)
            } else {
                try await writer.write(
                    response: head, body: ResponseBody(byteBuffer: reply.body))
            }
            try await bytes.passOver()
        case .stream(let stream): try await serve(stream, request, writer, on: channel)
        }
    }

    /// What a request comes to.
    private enum Outcome: Sendable {
        case reply(Reply)
        case stream(NIOLoopBound<EventStream>)

        var status: HTTPResponse.Status {
            if case .reply(let reply) = self { reply.status } else { .ok }
        }
    }

    /// What stands before a request's question mark, and what behind it.
    private static func target(of request: Request) -> (path: Substring, query: Substring?) {
        let parts = (request.head.path ?? "/").split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : nil)
    }

    private func outcome(
        of request: Request, _ bytes: inout RequestBytes, _ writer: borrowing ResponseWriter,
        _ channel: any Channel
    ) async throws -> Outcome {
        let (path, query) = Self.target(of: request)
        // Strangers are not told which other paths there are.
        let caller = isOpen(path) ? nil : try await self.caller(of: request, on: channel)
        switch try Route.find(request.method, path) {
        case .file(let file): return .reply(file.reply)
        case .page(let page):
            if let caller { try problem { () throws(BudgetError) in try page.check(caller) } }
            return .reply(await reply(page, caller))
        case .events(let family):
            guard let caller else { preconditionFailure("an event's path is not open") }
            return .stream(try await stream(family, query, request, caller, on: channel))
        case .resource(let resource, let values):
            guard let caller else { preconditionFailure("a command's path is not open") }
            try problem { () throws(BudgetError) in try caller.check(resource.command) }
            try checkSite(of: request)
            try bytes.check(length: request.headers[.contentLength])
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            let fields = try RequestFields(
                resource, values: values, query: query, body: try await bytes.whole(),
                headers: request.headers)
            return .reply(
                try await execute(
                    CommandRequest(
                        command: resource.command, positions: fields.positions,
                        fields: fields.fields, caller: caller), on: channel.eventLoop))
        }
    }

    /// Whether everybody may read it: health, and the page that asks for a token.
    private func isOpen(_ path: Substring) -> Bool {
        if let page = Page(rawValue: String(path)) { return page.role == nil }
        return PageFile.at(path) != nil
    }

    /// A browser tells whose page had it ask; whoever is no browser doesn't. A page of another site
    /// could else have an operator's certificate speak for it, which needs no token.
    private func checkSite(of request: Request) throws(Problem) {
        guard let site = request.headers[.site], request.method != .get, request.method != .head,
            site != "same-origin", site != "none"
        else { return }
        throw Problem(
            .forbidden, .noPermission,
            "Sec-Fetch-Site is \(FieldText.shown(site)); what changes something may be asked by "
                + "this server's own page only")
    }

    private func problem(_ body: () throws(BudgetError) -> Void) throws(Problem) {
        do throws(BudgetError) { try body() } catch { throw Problem(error) }
    }

    private func caller(of request: Request, on channel: any Channel) async throws -> Caller {
        let authorization = request.headers[.authorization]
        return try await channel.eventLoop.submit {
            let identity = try channel.pipeline.syncOperations.handler(type: ClientIdentity.self)
            return try identity.caller(authorization)
        }.get()
    }

    private func execute(
        _ request: CommandRequest, on loop: any EventLoop
    ) async throws -> Reply {
        let executor = executor(of: loop)
        return try await loop.flatSubmit {
            let promise = loop.makePromise(of: Reply.self)
            executor.value.execute(request) { promise.succeed(Reply($0, of: request.command)) }
            return promise.futureResult
        }.get()
    }

    func executor(of loop: any EventLoop) -> NIOLoopBound<any CommandExecutor> {
        guard let executor = executors[ObjectIdentifier(loop)] else {
            preconditionFailure("a connection on a loop of another group")
        }
        return executor
    }

    private func reply(_ page: Page, _ caller: Caller?) async -> Reply {
        switch page {
        case .health: return Reply(.ok, ["status": "ok"])
        case .readiness:
            let reasons = await vitals.faults()
            guard !reasons.isEmpty else { return Reply(.ok, ["status": "ready", "reasons": []]) }
            return Reply(
                .serviceUnavailable,
                ["status": "not ready", "reasons": .list(reasons.map(JSON.text))])
        case .metrics:
            return Reply(
                .ok, ByteBuffer(string: await vitals.metrics()),
                type: "text/plain; version=0.0.4; charset=utf-8")
        case .caller:
            guard let caller else { preconditionFailure("it is nobody's page but a caller's") }
            return Reply(.ok, JSON(caller))
        case .description: return Reply(.ok, OpenAPI.document)
        }
    }
}

extension HTTPField.Name {
    /// The key of a request that changes something.
    static let idempotencyKey = known("Idempotency-Key")
    /// Whose page had a browser ask (Fetch Metadata Request Headers, 2.3).
    static let site = known("Sec-Fetch-Site")

    /// A name that is written here.
    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("the name is a token") }
        return name
    }
}
