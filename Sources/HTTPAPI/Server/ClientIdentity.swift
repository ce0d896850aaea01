// Who speaks on a connection: the unix socket's peer, whoever its certificate names, or whoever
// the token of a request belongs to. In the connection's pipeline, so that the certificate is seen
// when the handshake ends, and so that a token which was right on this connection isn't held up by
// another client's wrong ones from the same address.

import BudgetModel
import BudgetService
import Listeners
import NIOCore
import NIOSSL
import NIOTLS

/// What a connection knows of its client. Confined to its loop.
final class ClientIdentity: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let configuration: HTTPConfiguration
    private var peer: Caller?
    private var address = ""
    /// The last right token, as it came, and what it gave.
    private var known: (authorization: String, grant: Grant)?
    /// When that was looked at last.
    private var generation = 0

    init(_ configuration: HTTPConfiguration) {
        self.configuration = configuration
    }

    func handlerAdded(context: ChannelHandlerContext) {
        address = context.channel.remoteAddress?.ipAddress ?? ""
        guard case .unix = configuration.place else { return }
        let credentials = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { PeerCredentials(descriptor: $0) }
        peer = credentials.flatMap { $0 }.flatMap(configuration.roles.caller)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let tls = configuration.tls, case .handshakeCompleted? = event as? TLSUserEvent {
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            peer = certificate.flatMap { $0 }.flatMap(tls.caller)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Who gives a request. A token counts before the socket and the certificate; a wrong one is
    /// never made up for by them.
    ///
    /// - Parameter authorization: the request's `Authorization`.
    func caller(_ authorization: String?) throws(Problem) -> Caller {
        guard let authorization else {
            guard let peer else {
                throw Problem(
                    .unauthorized, .noAuthentication, "expected Authorization: Bearer <token>")
            }
            return peer
        }
        guard let authenticator = configuration.authenticator else { throw Self.wrong }
        if let caller = stillKnown(authorization, authenticator) { return caller }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw Self.wrong }
        // Before the look, so that a change meanwhile is noticed at the next request.
        generation = authenticator.generation
        let credentials = Credentials(user: "default", password: String(parts[1]))
        switch authenticator.authenticate(credentials, peer: address) {
        case .granted(let grant):
            known = (authorization, grant)
            return grant.caller
        case .wrong: throw Self.wrong
        case .tooSoon(let milliseconds):
            var problem = Problem(
                .tooManyRequests, .overloaded,
                "this address gave wrong credentials too often; try again in \(milliseconds) ms")
            problem.retryAfter = Problem.seconds(milliseconds)
            throw problem
        }
    }

    /// Whether a request that goes on has the caller it began with. That a token has been revoked
    /// is no failure of whoever gave it.
    func isStill(_ caller: Caller, _ authorization: String?) -> Bool {
        guard let authorization else { return peer == caller }
        return configuration.authenticator.flatMap { stillKnown(authorization, $0) } == caller
    }

    private func stillKnown(_ authorization: String, _ authenticator: any Authenticator) -> Caller?
    {
        guard let known, known.authorization == authorization else { return nil }
        let generation = authenticator.generation
        if generation != self.generation {
            self.generation = generation
            self.known = authenticator.renew(known.grant).map { (authorization, $0) }
        }
        return self.known?.grant.caller
    }

    private static let wrong = Problem(
        .unauthorized, .wrongPassword, "the token is wrong, was revoked or has expired")
}
