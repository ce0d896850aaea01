// How a link gets its socket. Apart from the link, so that a test can hand it a channel of its own.

import NIOCore
import NIOPosix

/// Makes channels for a link's connections.
protocol LinkConnector {
    /// Connects on a loop, with the handler at the end of the channel's pipeline.
    func connect(on loop: any EventLoop, _ handler: LinkChannelHandler) -> EventLoopFuture<Void>
}

/// Real sockets.
struct SocketConnector: LinkConnector {
    var endpoint: RedisEndpoint
    var tls: RedisTLS?
    var timeout: TimeAmount

    func connect(on loop: any EventLoop, _ handler: LinkChannelHandler) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(handler, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { [endpoint, tls] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls, case .tcp(let host, _) = endpoint {
                        try channel.pipeline.syncOperations.addHandler(tls.handler(host: host))
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        switch endpoint {
        case .unix(let path):
            return bootstrap.connect(unixDomainSocketPath: path).map { _ in }
        case .tcp(let host, let port):
            return bootstrap.connect(host: host, port: port).map { _ in }
        }
    }
}
