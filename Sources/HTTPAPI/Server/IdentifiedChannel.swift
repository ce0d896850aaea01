// A connection's pipeline: TLS where there is any, then HTTP/1.1.

import HummingbirdCore
import Listeners
import Logging
import NIOCore
import NIOHTTPTypesHTTP1
import NIOSSL

/// Hummingbird's channel for HTTP/1.1 behind the listener's own TLS.
struct IdentifiedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let tls: ListenerTLS?
    private let tally: HTTPTally

    init(
        _ configuration: HTTPConfiguration, _ tally: HTTPTally,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        let most = configuration.bounds.maxHeaderBytes
        http = HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: [ClientIdentity(configuration)],
                idleTimeout: configuration.bounds.idleTime,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: most, maxHeaderListSize: most, maxHeaderFieldCount: 100)))
        tls = configuration.tls
        self.tally = tally
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        tally.opened()
        channel.closeFuture.whenComplete { [tally] _ in tally.closed() }
        return channel.eventLoop.makeCompletedFuture {
            guard let tls else { return }
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls.context))
        }.flatMap { http.setup(channel: channel, logger: logger) }.flatMapThrowing {
            [tally] value in
            let pipeline = channel.pipeline.syncOperations
            // Behind it nobody knows a request's version, nor whether it had a host.
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandlers(
                LastRequest(), MalformedRequests(tally), position: .before(codec))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}
