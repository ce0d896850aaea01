// Looks at the tokens file again: once a second, which costs one stat, and at once on SIGHUP.

import ServiceLifecycle

/// Keeps the tokens as the file has them.
struct TokenService: Service {
    /// How long a revoked token may live on.
    static let interval = Duration.seconds(1)

    let tokens: TokenAuthenticator

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                tokens.refresh()
            }
        }
    }
}
