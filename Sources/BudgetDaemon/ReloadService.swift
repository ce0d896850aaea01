// SIGHUP: what can be read again is read again. The daemon ignores the signal until this listens.

import ServiceLifecycle
import UnixSignals

/// Runs an action at each SIGHUP.
struct ReloadService: Service {
    let reload: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
        }
    }
}
