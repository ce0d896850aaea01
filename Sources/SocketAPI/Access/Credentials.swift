// What AUTH and HELLO … AUTH bring. Tokens are checked elsewhere; here is only the question.

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

/// Tells whose credentials those are; nil for wrong ones. It has to compare in constant time.
public typealias Authenticate = @Sendable (Credentials) -> Caller?
