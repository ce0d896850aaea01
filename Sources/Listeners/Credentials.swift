// What AUTH and HELLO … AUTH bring, and who answers it. Tokens are kept elsewhere; here are the
// question and the forms of its answer.

public import BudgetService

/// A user's name and password, as AUTH brings them; `AUTH <password>` means the user `default`.
public struct Credentials: Equatable, Sendable {
    /// The user's name.
    public let user: String
    /// The password or token.
    public let password: String

    /// Makes credentials.
    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}

/// What right credentials give to a connection, until they are revoked.
public struct Grant: Equatable, Sendable {
    /// Who the connection speaks for.
    public let caller: Caller
    /// Which credential it was; no secret.
    public let credential: String

    /// Makes a grant.
    public init(caller: Caller, credential: String) {
        self.caller = caller
        self.credential = credential
    }
}

/// What comes of credentials.
public enum Authentication: Equatable, Sendable {
    /// They are right.
    case granted(Grant)
    /// They are wrong.
    case wrong
    /// They were not looked at: the peer was wrong too often, and may try again after so long.
    case tooSoon(milliseconds: Int64)
}

/// Whoever knows the credentials; used by all loops at once.
public protocol Authenticator: Sendable {
    /// Another number whenever a credential was revoked, has expired or means something else.
    /// Looked at before every request of a connection that has a grant, so it has to be cheap.
    var generation: Int { get }

    /// Looks at credentials, in a time that doesn't tell how much of them was right.
    ///
    /// - Parameter peer: the address that they come from.
    func authenticate(_ credentials: Credentials, peer: String) -> Authentication

    /// The grant as it is now; nil where its credential is good no more.
    func renew(_ grant: Grant) -> Grant?
}
