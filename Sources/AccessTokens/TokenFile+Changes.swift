// Creating and revoking: what `budgetctl token` does.

public import BudgetService

/// Why the tokens could not be changed as wanted: a sentence for people.
public struct TokenChangeError: Error, Equatable, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension TokenFile {
    /// Adds a token.
    ///
    /// - Parameters:
    ///   - name: its owner's; a second token of a name replaces the first once that is revoked.
    ///   - tenant: the only tenant that it may see and change; nil for every one.
    ///   - expiry: when it ends, in seconds since 1970; nil for never.
    ///   - now: in seconds since 1970.
    /// - Returns: the secret, to be shown once. The file has its hash only.
    public mutating func create(
        name: String, role: Role, tenant: String? = nil, expiry: Int64? = nil, now: Int64
    ) throws(TokenChangeError) -> TokenSecret {
        guard Token.isName(name) else {
            throw TokenChangeError(
                "the name is \"\(name)\"; expected 1 to 64 letters, digits, ., _ or -")
        }
        let own = tenant.flatMap(TenantText.checked)
        guard tenant == nil || own != nil else {
            throw TokenChangeError(
                "the tenant can't be used; expected 1 to 256 bytes without control characters")
        }
        if let expiry, expiry <= now {
            throw TokenChangeError("the expiry is past; expected a time to come")
        }
        let same = tokens.filter { $0.name == name && $0.isValid(at: now) }
        guard same.count < Self.mostOfAName else {
            throw TokenChangeError(
                "\(name) has \(same.count) valid tokens; revoke one of "
                    + same.map(\.id).joined(separator: ", ") + " first")
        }
        guard same.allSatisfy({ $0.role == role && $0.tenant == own }) else {
            throw TokenChangeError(
                "\(name) has another role or tenant; expected the same, or a name of its own")
        }
        guard lines.count < Self.mostLines else {
            throw TokenChangeError("the file has \(lines.count) lines, the most there may be")
        }
        let secret = TokenSecret()
        lines.append(
            .token(Token(name: name, role: role, tenant: own, expiry: expiry, hash: secret.hash)))
        return secret
    }

    /// Removes the tokens of a name, or that one of them.
    ///
    /// - Parameter id: a token's `id`; nil for all of that name.
    /// - Returns: what was removed.
    @discardableResult
    public mutating func revoke(
        name: String, id: String? = nil
    ) throws(TokenChangeError) -> [Token] {
        let removed = tokens.filter { $0.name == name && (id == nil || $0.id == id) }
        guard !removed.isEmpty else {
            let which = id.map { "\(name) with the id \($0)" } ?? name
            throw TokenChangeError("there is no token of \(which)")
        }
        lines.removeAll { line in
            guard case .token(let token) = line else { return false }
            return removed.contains(token)
        }
        return removed
    }
}
