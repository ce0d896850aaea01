// From a text to tokens, or to everything that is wrong with it.

import BudgetModel
import BudgetService
import Foundation

/// What is wrong with a tokens file.
public struct TokenFaults: Error, Equatable, CustomStringConvertible, Sendable {
    /// `tokens:3: …`, in the order of lines; at least one.
    public let lines: [String]

    /// One line for each.
    public var description: String { lines.joined(separator: "\n") }
}

extension TokenFile {
    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - file: its path, as faults name it.
    ///   - now: in seconds since 1970; only valid tokens are counted by their name.
    public init(text: String, file: String, now: Int64) throws(TokenFaults) {
        lines = []
        var faults: [String] = []
        var rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        if rows.last?.isEmpty == true { rows.removeLast() }
        if rows.count > Self.mostLines {
            throw TokenFaults(
                lines: ["\(file):1: \(rows.count) lines; expected at most \(Self.mostLines)"])
        }
        for (index, row) in rows.enumerated() {
            do throws(TokenLineFault) {
                lines.append(try Self.line(row))
                try checkLast(now: now)
            } catch {
                faults.append("\(file):\(index + 1): \(error.message)")
            }
        }
        guard faults.isEmpty else { throw TokenFaults(lines: faults) }
    }

    private static func line(_ row: Substring) throws(TokenLineFault) -> Line {
        let words = row.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, !first.hasPrefix("#") else { return .other(String(row)) }
        guard words.count == 5 else {
            throw TokenLineFault(
                ReadableNumber.counted(words.count, "word")
                    + "; expected name, role, tenant or *, expiry or never, sha256:<hash>")
        }
        guard Token.isName(first) else {
            throw TokenLineFault(
                "the name is \"\(first)\"; expected 1 to 64 letters, digits, ., _ or -")
        }
        guard let role = Role.allCases.first(where: { $0.name == words[1] }) else {
            let names = Role.allCases.map(\.name).joined(separator: ", ")
            throw TokenLineFault("the role is \"\(words[1])\"; expected one of \(names)")
        }
        let tenant = words[2] == "*" ? nil : TenantText.name(words[2])
        guard words[2] == "*" || tenant != nil else {
            throw TokenLineFault("the tenant is \"\(words[2])\"; expected a tenant's name or *")
        }
        let expiry = try expiry(words[3])
        // The text is never shown: somebody may have put a secret there.
        guard words[4].hasPrefix("sha256:"), let hash = TokenHash(hex: words[4].dropFirst(7))
        else { throw TokenLineFault("no hash; expected sha256: and 64 hexadecimal digits") }
        return .token(
            Token(name: String(first), role: role, tenant: tenant, expiry: expiry, hash: hash))
    }

    private static func expiry(_ word: Substring) throws(TokenLineFault) -> Int64? {
        if word == "never" { return nil }
        guard let date = try? Date(String(word), strategy: .iso8601) else {
            throw TokenLineFault(
                "the expiry is \"\(word)\"; expected never or a time like 2027-01-31T00:00:00Z")
        }
        return Int64(date.timeIntervalSince1970)
    }

    /// Whether the last line agrees with those before it.
    private func checkLast(now: Int64) throws(TokenLineFault) {
        guard case .token(let last)? = lines.last else { return }
        let others = tokens.dropLast()
        if others.contains(where: { $0.hash == last.hash }) {
            throw TokenLineFault("this token stands there already; expected each once")
        }
        let same = others.filter { $0.name == last.name && $0.isValid(at: now) }
        guard last.isValid(at: now) else { return }
        guard same.count < Self.mostOfAName else {
            throw TokenLineFault(
                "\(last.name) has \(same.count) valid tokens already; expected at most "
                    + "\(Self.mostOfAName), the old and the new one")
        }
        guard same.allSatisfy({ $0.role == last.role && $0.tenant == last.tenant }) else {
            throw TokenLineFault(
                "\(last.name) has another role or tenant above; expected the same, or a name of "
                    + "its own")
        }
    }
}

/// What is wrong with one line.
struct TokenLineFault: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
