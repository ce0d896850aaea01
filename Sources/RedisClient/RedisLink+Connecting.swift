// A connection's life: made, authenticated, checked by PING and by the owner, used, ended, made
// again.

import Logging
import NIOCore

extension RedisLink {
    func connect() {
        guard isStarted, state.connect() else { return }
        report(.connecting)
        let handler = LinkChannelHandler(link: self)
        connection = handler
        eventLoop.assumeIsolated().scheduleTask(in: configuration.connectTimeout) { [self] in
            guard isCurrent(handler), status == .connecting else { return }
            connectionEnded(handler, because: .connectionLost("not ready in time"))
        }
        connector.connect(on: eventLoop, handler).assumeIsolated().whenFailure { [self] error in
            connectionEnded(handler, because: .connectionLost(ConnectionFault.text(error)))
        }
    }

    func connectionOpened(_ handler: LinkChannelHandler) {
        guard isCurrent(handler), state.opened() else {
            handler.close()
            return
        }
        let handshake = RedisHandshake(link: self, handler: handler)
        guard let credentials = configuration.credentials else { return ping(handshake) }
        handshake.send(credentials.command) { [self] result in
            switch result {
            case .success(.status("OK")):
                ping(handshake)
            case .success(.error(let error)):
                refuse(
                    handler,
                    "Redis refuses \(credentials) (\(error.code)); expected the user and the "
                        + "password that its ACL has")
            case .success, .failure:
                refuse(handler, "AUTH was not answered")
            }
        }
    }

    private func ping(_ handshake: RedisHandshake) {
        let handler = handshake.handler
        handshake.send(RedisCommand("PING")) { [self] result in
            switch result {
            case .success(.status("PONG")):
                check(handshake)
            case .success(.error(let error)) where error.code == "NOAUTH":
                refuse(handler, "Redis asks for a password; expected redis.password_file")
            case .success(let reply):
                refuse(handler, "PING was answered \(reply)")
            case .failure:
                break
            }
        }
    }

    private func check(_ handshake: RedisHandshake) {
        guard let onConnect else {
            accept(handshake.handler)
            return
        }
        onConnect(handshake) { [self] verdict in
            eventLoop.preconditionInEventLoop()
            switch verdict {
            case .accept: accept(handshake.handler)
            case .refuse(let reason): refuse(handshake.handler, reason)
            }
        }
    }

    private func accept(_ handler: LinkChannelHandler) {
        guard isCurrent(handler), state.accepted() else { return }
        failedAttempts = 0
        toldFaults = RepeatedFaults()
        report(.ready)
        logger.info("redis is ready", metadata: ["endpoint": "\(configuration.endpoint)"])
        scheduleFlush()
    }

    private func refuse(_ handler: LinkChannelHandler, _ reason: String) {
        connectionEnded(
            handler, because: .connectionLost(reason), status: .refused(reason: reason))
    }

    /// The connection is of no use any more, whoever ended it.
    /// - Parameter status: how the link is then; without one it is disconnected by the doubt.
    func connectionEnded(
        _ handler: LinkChannelHandler, because doubt: RedisFailure.Doubt,
        status: RedisLinkStatus? = nil
    ) {
        guard isCurrent(handler) else { return }
        connection = nil
        handler.close()
        let now = eventLoop.now
        let lost = state.connectionEnded()
        let hasTold = isInReadBurst || !lost.isEmpty
        isInReadBurst = false
        if state.phase == .closed {
            report(.closed)
        } else {
            report(status ?? .disconnected(reason: doubt.text))
            connectLater(because: doubt)
        }
        for request in lost {
            let late = doubt == .discarded && request.deadline <= now
            request.fail(.outcomeUnknown(late ? .timedOut : doubt))
        }
        if hasTold { onReadComplete?() }
        finishClosing()
    }

    private func connectLater(because doubt: RedisFailure.Doubt) {
        let attempt = max(failedAttempts, readOnlyConnections)
        failedAttempts += 1
        let delay = configuration.reconnect.delay(attempt: attempt, using: &randomness)
        eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in connect() }
        let now = Int64(eventLoop.now.uptimeNanoseconds / 1_000_000)
        guard toldFaults.isNews(doubt.text, at: now) else { return }
        logger.warning(
            "redis connection ended",
            metadata: [
                "endpoint": "\(configuration.endpoint)", "reason": "\(doubt.text)",
                "failed_attempts": "\(failedAttempts)",
            ])
    }

    func report(_ status: RedisLinkStatus) {
        self.status = status
        onStatusChange?(status)
    }
}
