// The tokens file of the daemon: what is created here is shown once and kept as a hash. No daemon
// is asked; one that has the file notices a change within a second.

import AccessTokens
import ArgumentParser
import BudgetService
import Foundation
import RESP

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Creates, lists and revokes the tokens of TCP clients.",
        discussion: """
            They stand in the daemon's tokens file (listen.tokens), as hashes; it notices a change \
            within a second. To rotate: create a second one of the same name, hand it out, revoke \
            the first by its id.
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

/// What all of them take.
struct TokenFileOptions: ParsableArguments {
    @Option(help: "The tokens file.", completion: .file())
    var file = "/etc/budgetd/tokens"

    @Flag(help: "The result as JSON.")
    var json = false

    /// Seconds since 1970.
    var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// Changes the file.
    func change<Result>(_ body: (inout TokenFile) throws -> Result) throws(Failure) -> Result {
        do {
            return try TokenFile.change(path: file, now: now, body)
        } catch let faults as TokenFaults {
            throw Failure(status: .refused, message: "\(faults)", hint: "nothing was changed")
        } catch {
            throw Failure(status: .refused, message: "\(error)", hint: "nothing was changed")
        }
    }

    /// Reads it.
    func read() throws(Failure) -> TokenFile {
        do {
            return try TokenFile(path: file, now: now)
        } catch {
            throw Failure(status: .refused, message: "\(error)")
        }
    }

    /// Shows tokens.
    func show(_ tokens: [Token], secret: String? = nil) {
        let list = tokens.map { TokenAnswer.answer($0, now: now, secret: secret) }
        Output.line(JSONText.text(TokenAnswer.map([("tokens", .array(list))])))
    }
}

struct TokenCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a token and prints it, this once.",
        discussion: """
            The token alone goes to standard output. Of one name two may be valid at a time, with \
            the same role and tenant. A file for --token-file is nobody else's to read.

            EXAMPLES
              budgetctl token create gateway --role worker --tenant acme --for 90d
              (umask 077; budgetctl token create dashboards --role ops > ~/.budgetd-token)
            """)

    @Argument(
        help: "Whose it is: 1 to 64 letters, digits, '.', '_' or '-'.", completion: .nothing)
    var name: String

    @Option(
        help: "What it may do: worker, ops or admin.",
        completion: .list(Role.allCases.map(\.name)))
    var role: String

    @Option(help: "The only tenant that it may see and change. Default: every one.")
    var tenant: String?

    @OptionGroup var end: EndOptions
    @OptionGroup var tokens: TokenFileOptions

    func run() throws {
        guard let role = Role.allCases.first(where: { $0.name == self.role }) else {
            let names = Role.allCases.map(\.name).joined(separator: ", ")
            throw Failure.usage("--role is \(self.role); expected one of \(names)")
        }
        let now = tokens.now
        let expiry = try end.moment(after: now * 1000).map { $0 / 1000 }
        let (secret, made) = try tokens.change { file in
            let secret = try file.create(
                name: name, role: role, tenant: tenant, expiry: expiry, now: now)
            return (secret, file.tokens.filter { $0.hash == secret.hash })
        }
        if tokens.json {
            tokens.show(made, secret: secret.revealed)
        } else {
            Output.line(secret.revealed)
            let id = made.first?.id ?? ""
            Output.error("\(name) has the token with the id \(id); it can't be shown again")
        }
    }
}

struct TokenListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Whose tokens there are, and until when.",
        discussion: """
            EXAMPLES
              budgetctl token list
            """)

    @OptionGroup var tokens: TokenFileOptions

    func run() throws {
        let all = try tokens.read().tokens
        guard !tokens.json else { return tokens.show(all) }
        guard !all.isEmpty else { return Output.line("there are no tokens") }
        var table = Table([
            .name("NAME"), .text("ID"), .text("ROLE"), .name("TENANT"), .text("ENDS"),
        ])
        for token in all {
            let isValid = token.isValid(at: tokens.now)
            let end = token.expiry.map { Shown.moment($0 * 1000) } ?? "never"
            table.add(
                [
                    token.name, token.id, token.role.name, token.tenant ?? "every one",
                    isValid ? end : "\(end), over",
                ], isValid ? nil : .faint)
        }
        Output.line(table.text)
    }
}

struct TokenRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Takes the tokens of a name away, or one of them.",
        discussion: """
            Connections that use it are ended within a second.

            EXAMPLES
              budgetctl token revoke gateway --id 1f2e3d4c
            """)

    @Argument(help: "Whose.", completion: .nothing)
    var name: String

    @Option(help: "Which one, as list shows it. Default: all of that name.")
    var id: String?

    @OptionGroup var tokens: TokenFileOptions

    func run() throws {
        let revoked = try tokens.change { try $0.revoke(name: name, id: id) }
        guard !tokens.json else { return tokens.show(revoked) }
        for token in revoked { Output.line("revoked \(token.name), id \(token.id)") }
    }
}
