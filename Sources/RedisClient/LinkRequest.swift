// A request on its way through a link: what to write, until when, and whom to tell.

import NIOCore

/// A request of a link. It is told exactly one result.
struct LinkRequest: LinkQueueable {
    enum Payload {
        case command(ByteBuffer)
        case script(RedisScript, ScriptCall, withSource: Bool)
    }

    var payload: Payload
    var deadline: NIODeadline
    /// Part of making a connection ready; answered as it is, whatever it says.
    var isHandshake = false
    /// How often Redis has answered that it can't do it now.
    var postponements = 0
    /// The last answer that said so: what to tell if the deadline passes meanwhile.
    var lastRefusal: RedisFailure.NoEffect?
    /// Reads a reply that is no error where it lies, in place of the completion.
    var reading: ((LentReply) -> Void)?
    var completion: (Result<RedisReply, RedisFailure>) -> Void

    func write(to buffer: inout ByteBuffer) {
        switch payload {
        case .command(let encoded):
            buffer.writeImmutableBuffer(encoded)
        case .script(let script, let call, let withSource):
            script.write(call, withSource: withSource, to: &buffer)
        }
    }

    /// The same call by the script's source; nil if it is none or went with its source.
    func withScriptSource() -> LinkRequest? {
        guard case .script(let script, let call, withSource: false) = payload else { return nil }
        var copy = self
        copy.payload = .script(script, call, withSource: true)
        return copy
    }

    func answer(_ reply: LentReply) {
        if let reading {
            reading(reply)
        } else {
            completion(.success(reply.copy))
        }
    }

    func fail(_ failure: RedisFailure) {
        completion(.failure(failure))
    }
}
