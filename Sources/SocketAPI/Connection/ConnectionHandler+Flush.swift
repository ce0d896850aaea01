// What happens once per tick: replies are written, requests that were held back go on, and who is
// at the end is closed.

import NIOCore
import RESP

extension ConnectionHandler {
    func mark() {
        guard !isMarked else { return }
        isMarked = true
        connections.markDirty(self)
    }

    /// Writes the replies that are known, then takes what was held back, or closes at the end.
    func flush() {
        isMarked = false
        guard let context else { return }
        if state.isFinished {
            closeAfterLastWrite(context)
        } else if writer.buffer.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(writer.buffer), promise: nil)
            reuseBuffer()
            goOn()
        }
    }

    /// Closes once everything is with the kernel, also what earlier ticks wrote to a slow reader:
    /// a write of nothing ends behind them.
    private func closeAfterLastWrite(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        isEnding = true
        let written = context.writeAndFlush(wrapOutboundOut(writer.buffer))
        writer.buffer.clear()
        written.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
    }

    /// The buffer is used again where the kernel has taken it all; a big one is let go of.
    private func reuseBuffer() {
        if writer.buffer.capacity > keptBufferBytes {
            writer.buffer = ByteBuffer()
        } else {
            writer.buffer.clear()
        }
    }

    func goOn() {
        guard takesRequests else { return }
        takeRequests()
        guard takesRequests, isReadHeldBack else { return }
        isReadHeldBack = false
        context?.read()
    }

    /// Takes no more requests, answers those in flight, and closes.
    func finish() {
        state.close()
        mark()
    }

    func closeIfOverdue(at now: NIODeadline) -> ConnectionDeadlines.Overdue? {
        let overdue = deadlines.overdue(at: now, bounds: state.settings.bounds)
        if overdue != nil { closeNow() }
        return overdue
    }

    func closeNow() { context?.close(promise: nil) }

    var closeFuture: EventLoopFuture<Void>? { context?.channel.closeFuture }
}

/// Replies of a usual burst fit; what a page of a ledger took is given back.
private let keptBufferBytes = 64 * 1024
