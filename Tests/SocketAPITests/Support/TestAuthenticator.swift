// One token in memory: it is what a connection does with the answers that is under test.

import BudgetService
import Listeners
import Synchronization

@testable import SocketAPI

/// Knows the password `secret`, finds `hasty` too early and everything else wrong.
final class TestAuthenticator: Authenticator {
    private let state = Mutex<(role: Role?, generation: Int)>((.ops, 1))

    var generation: Int { state.withLock { $0.generation } }

    /// Gives the token another role, or revokes it.
    func change(to role: Role?) {
        state.withLock { $0 = (role, $0.generation + 1) }
    }

    func authenticate(_ credentials: Credentials, peer: String) -> Authentication {
        if credentials.password == "hasty" { return .tooSoon(milliseconds: 250) }
        guard credentials == Credentials(user: "default", password: "secret"), let grant else {
            return .wrong
        }
        return .granted(grant)
    }

    func renew(_ grant: Grant) -> Grant? { self.grant }

    private var grant: Grant? {
        state.withLock(\.role).map {
            Grant(caller: Caller(role: $0, name: "token:a"), credential: "a")
        }
    }
}
