// A request's body on its way in: read whole by who needs it, or passed over, both within bounds,
// so that nobody holds a connection by sending for ever.

import HummingbirdCore
import NIOCore

/// The body of one request.
struct RequestBytes {
    private let body: RequestBody
    private let channel: any Channel
    private let bounds: HTTPBounds
    /// It can be gone through once only, by whomever.
    private var parts: RequestBody.AsyncIterator?
    private var isRead = false

    init(_ request: Request, on channel: any Channel, _ bounds: HTTPBounds) {
        body = request.body
        self.channel = channel
        self.bounds = bounds
    }

    /// Refuses a body that says that it is too large, before a client that waits is asked for it.
    ///
    /// - Parameter length: the request's `Content-Length`.
    func check(length: String?) throws(Problem) {
        if let length, Int(length).map({ $0 > bounds.maxBodyBytes }) ?? true { throw tooLarge }
    }

    /// All of it.
    ///
    /// - Throws: `TOOLARGE`, with the rest unread.
    mutating func whole() async throws -> ByteBuffer {
        let (most, tooLarge) = (bounds.maxBodyBytes, tooLarge)
        var whole = ByteBuffer()
        try await read { part in
            guard whole.readableBytes + part.readableBytes <= most else { throw tooLarge }
            whole.writeImmutableBuffer(part)
        }
        return whole
    }

    private var tooLarge: Problem {
        Problem(
            .contentTooLarge, .tooLarge,
            "the body has more than \(bounds.maxBodyBytes) bytes, the most there may be")
    }

    /// Reads what nobody has read, so that the next request can be.
    ///
    /// - Throws: where that is too much; the connection is to be closed then.
    mutating func passOver() async throws {
        let most = bounds.maxRefusedBytes
        var left = most
        try await read { part in
            left -= part.readableBytes
            guard left >= 0 else { throw NIOTooManyBytesError(maxBytes: most) }
        }
    }

    private mutating func read(_ take: (ByteBuffer) throws -> Void) async throws {
        guard !isRead else { return }
        // A body that arrives for ever, a byte at a time, is no better than a long one.
        let deadline = channel.eventLoop.scheduleTask(in: bounds.idleTime) { [channel] in
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        var parts = self.parts ?? body.makeAsyncIterator()
        self.parts = parts
        while let part = try await parts.next() { try take(part) }
        isRead = true
    }
}
