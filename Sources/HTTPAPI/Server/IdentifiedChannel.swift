// A connection's pipeline: TLS where there is any, then HTTP/1.1.

import HummingbirdCore
import Listeners
import Logging
import NIOCore
import NIOSSL

/// Hummingbird's channel for HTTP/1.1 behind the listener's own TLS.
struct IdentifiedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let tls: ListenerTLS?

    init(_ configuration: HTTPConfiguration, responder: @escaping HTTPChannelHandler.Responder) {
        let most = configuration.bounds.maxHeaderBytes
        http = HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: [ClientIdentity(configuration)],
                idleTimeout: configuration.bounds.idleTime,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: most, maxHeaderListSize: most, maxHeaderFieldCount: 100)))
        tls = configuration.tls
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard let tls else { return http.setup(channel: channel, logger: logger) }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls.context))
        }.flatMap { http.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}
