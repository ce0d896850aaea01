// The tokens file: one line a token, comments behind `#`. It is read whole and checked whole,
// every fault told at once; changing it keeps the lines that aren't changed, comments too.
//
// What must always hold:
// - no secret is in it, only hashes;
// - of one name at most two tokens are valid at a time, one being replaced by the other, and both
//   may do the same.
//
// Rejected: a database or Redis for it (a daemon that can't reach its Redis must still know whom
// it serves), and JSON or YAML (a line is what one adds, greps and deletes).

import BudgetService

/// The tokens of one file.
public struct TokenFile: Equatable, Sendable {
    /// Tokens that may be valid at a time under one name: the old one and the one that replaces it.
    public static let mostOfAName = 2
    /// Lines of one file; each is compared with at every AUTH, so 10,000 cost some 50 µs.
    public static let mostLines = 10_000

    enum Line: Equatable, Sendable {
        case token(Token)
        case other(String)
    }

    var lines: [Line]

    /// The tokens, in the file's order, expired ones included.
    public var tokens: [Token] {
        lines.compactMap { line in
            guard case .token(let token) = line else { return nil }
            return token
        }
    }

    /// A file without tokens.
    public init() {
        lines = [
            .other("# name role tenant expiry hash; see `budgetctl token --help`")
        ]
    }

    /// What is written.
    public var text: String {
        lines.map { line in
            switch line {
            case .token(let token): token.line + "\n"
            case .other(let text): text + "\n"
            }
        }.joined()
    }

    /// The token that credentials belong to, if it is valid. Every line is compared with, to its
    /// end.
    ///
    /// - Parameters:
    ///   - name: the name that was said beside the secret; nil where none was.
    ///   - now: in seconds since 1970.
    public func token(secret: String, name: String?, now: Int64) -> Token? {
        let hash = TokenHash(of: secret)
        var found: Token?
        for case .token(let token) in lines where token.hash == hash { found = token }
        guard let found, found.isValid(at: now), name.map({ $0 == found.name }) ?? true else {
            return nil
        }
        return found
    }
}
