// One line of the tokens file: whose token, what it may do, for whom, until when.
//
//     <name> <role> <tenant or *> <expiry or never> sha256:<64 hexadecimal digits>

public import BudgetService
import Foundation

/// What is known of a token. The token itself is not.
public struct Token: Hashable, Sendable {
    /// Its owner's name, for the audit, the log and AUTH: 1 to 64 letters, digits, `.`, `_`, `-`.
    public let name: String
    /// What it may do.
    public let role: Role
    /// The only tenant that it may see and change; nil for every one.
    public let tenant: String?
    /// When it ends, in seconds since 1970 UTC; nil for never.
    public let expiry: Int64?
    /// The hash of its secret.
    public let hash: TokenHash

    /// Makes what is known of a token.
    public init(name: String, role: Role, tenant: String?, expiry: Int64?, hash: TokenHash) {
        self.name = name
        self.role = role
        self.tenant = tenant
        self.expiry = expiry
        self.hash = hash
    }

    /// Tells two tokens of one name apart: eight digits of the hash, which are no secret.
    public var id: String { String(hash.hex.prefix(8)) }

    /// Whether it is good at that time, in seconds since 1970.
    public func isValid(at now: Int64) -> Bool { expiry.map { now < $0 } ?? true }

    /// Who a request by it comes from.
    public var caller: Caller { Caller(role: role, name: "token:" + name, tenant: tenant) }

    /// Its line in the file.
    public var line: String {
        let end = expiry.map {
            Date(timeIntervalSince1970: TimeInterval($0)).formatted(.iso8601)
        }
        let tenant = tenant.map(TenantText.escaped) ?? "*"
        return "\(name) \(role.name) \(tenant) \(end ?? "never") sha256:\(hash.hex)"
    }

    /// Whether a token may have that name.
    public static func isName(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
