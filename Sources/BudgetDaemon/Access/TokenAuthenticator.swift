// Whose tokens are good: the tokens file in memory, read again when it changes.
//
// What must always hold:
// - a file that is wrong changes nothing: the tokens that were good stay so, and the log says what
//   is wrong;
// - a token that is taken out of the file, or expires, is good no more for anybody within a second;
//   nobody else's connection notices;
// - no secret is kept or logged.

import AccessTokens
import Foundation
import Listeners
import Logging
import Synchronization

/// The tokens of one file, shared by all loops.
final class TokenAuthenticator: Authenticator {
    /// The clocks, so that a test can turn them.
    struct Clocks: Sendable {
        /// Seconds since 1970.
        var wall: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
        /// Milliseconds that never go back.
        var steady: @Sendable () -> Int64 = {
            Int64(ProcessInfo.processInfo.systemUptime * 1000)
        }
    }

    private struct State {
        var file: TokenFile
        var stamp: FileStamp?
        /// The tokens that were valid at the last look.
        var valid: [Token]
        var backoff = PeerBackoff()
    }

    private let path: String
    private let clocks: Clocks
    private let logger: Logger
    private let state: Mutex<State>
    private let changes = Atomic(0)
    private let failures = Atomic(0)

    /// Reads the file.
    init(path: String, clocks: Clocks = Clocks(), logger: Logger) throws(TokenFaults) {
        self.path = path
        self.clocks = clocks
        self.logger = logger
        let now = clocks.wall()
        let stamp = FileStamp(path)
        let file = try TokenFile(path: path, now: now)
        state = Mutex(
            State(file: file, stamp: stamp, valid: file.tokens.filter { $0.isValid(at: now) }))
    }

    /// How often credentials were wrong.
    var wrongCredentials: Int { failures.load(ordering: .relaxed) }

    var generation: Int { changes.load(ordering: .acquiring) }

    func authenticate(_ credentials: Credentials, peer: String) -> Authentication {
        let name = credentials.user == "default" ? nil : credentials.user
        let result = state.withLock { state -> (Authentication, isFailure: Bool) in
            // A right one is let in at once: many may share an address with one that is wrong, and
            // a secret is too long to be guessed.
            let token = state.file.token(
                secret: credentials.password, name: name, now: clocks.wall())
            guard let token else {
                let wait = state.backoff.wait(peer, now: clocks.steady())
                guard wait == 0 else { return (.tooSoon(milliseconds: wait), false) }
                state.backoff.failed(peer, now: clocks.steady())
                return (.wrong, true)
            }
            return (.granted(Self.grant(token)), false)
        }
        if result.isFailure {
            failures.wrappingAdd(1, ordering: .relaxed)
            // The name is what a stranger says, and may be a secret in the wrong place.
            logger.notice("wrong credentials", metadata: ["peer": "\(peer)"])
        }
        return result.0
    }

    func renew(_ grant: Grant) -> Grant? {
        let now = clocks.wall()
        return state.withLock { state in
            state.file.tokens.first { $0.hash.hex == grant.credential && $0.isValid(at: now) }
        }.map(Self.grant)
    }

    /// Looks whether the file has changed or a token has expired.
    func refresh() {
        let stamp = FileStamp(path)
        if state.withLock({ $0.stamp != stamp }) { read(stamp) }
        let now = clocks.wall()
        let hasChanged = state.withLock { state in
            let valid = state.file.tokens.filter { $0.isValid(at: now) }
            defer { state.valid = valid }
            return valid != state.valid
        }
        if hasChanged { changes.wrappingAdd(1, ordering: .releasing) }
    }

    private func read(_ stamp: FileStamp?) {
        do throws(TokenFaults) {
            let file = try TokenFile(path: path, now: clocks.wall())
            state.withLock { state in
                state.file = file
                state.stamp = stamp
            }
            logger.notice("tokens read", metadata: ["count": "\(file.tokens.count)"])
        } catch {
            state.withLock { $0.stamp = stamp }
            logger.error(
                "tokens not read, the ones before stay", metadata: ["faults": "\(error)"])
        }
    }

    private static func grant(_ token: Token) -> Grant {
        Grant(caller: token.caller, credential: token.hash.hex)
    }
}
