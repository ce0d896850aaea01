// Who speaks: the socket's peer, or whoever the credentials say. A credential that is revoked or
// expires takes its connections with it, each at its next command; what was in flight is answered.

import BudgetModel
import BudgetService
import Listeners

extension ConnectionState {
    static let revoked = BudgetError(
        .noAuthentication, "the token of this connection was revoked or has expired")
    private static let wrongPassword = BudgetError(
        .wrongPassword, "invalid username-password pair or user is disabled.")

    /// Whether the grant, if there is one, is good; without it the connection ends.
    mutating func isStillGranted() -> Bool {
        guard let grant, let authenticator = settings.authenticator else { return true }
        let generation = authenticator.generation
        guard generation != self.generation else { return true }
        self.generation = generation
        self.grant = authenticator.renew(grant)
        caller = self.grant?.caller
        if self.grant == nil { close() }
        return self.grant != nil
    }

    /// Takes credentials.
    ///
    /// - Returns: the caller, and the grant that makes it one where there is one.
    mutating func identity(
        by credentials: Credentials
    ) throws(BudgetError) -> (caller: Caller, grant: Grant?) {
        guard let authenticator = settings.authenticator else {
            guard let peer, credentials.user == "default" else { throw Self.wrongPassword }
            return (peer, nil)
        }
        // Before the look, so that a change meanwhile is noticed at the next request.
        generation = authenticator.generation
        switch authenticator.authenticate(credentials, peer: address) {
        case .granted(let grant): return (grant.caller, grant)
        case .wrong: throw Self.wrongPassword
        case .tooSoon(let milliseconds):
            throw BudgetError(
                .overloaded,
                "this address gave wrong credentials too often; try again in \(milliseconds) ms")
        }
    }
}
