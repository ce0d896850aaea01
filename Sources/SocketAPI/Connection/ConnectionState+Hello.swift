// HELLO and AUTH: which protocol, and who.
//
// Without configured credentials the role comes from the socket's peer, and AUTH does what it does
// on a Redis without a password: `AUTH <password>` is an error, because whoever sends it believes
// that there is one; `AUTH default <anything>`, also within HELLO, is accepted and changes
// nothing, because clients send it by themselves; any other user is WRONGPASS.

import BudgetModel
import BudgetService
import Listeners
import RESP

extension ConnectionState {
    /// `HELLO [protover [AUTH user password] [SETNAME name]]`; all of it or nothing.
    mutating func hello(_ arguments: Arguments) -> Reply {
        do throws(BudgetError) {
            let request = try HelloRequest(arguments, bounds: settings.bounds)
            var (caller, grant) = (caller, grant)
            if let credentials = request.credentials {
                (caller, grant) = try identity(by: credentials)
            }
            guard let caller else {
                throw BudgetError(
                    .noAuthentication,
                    "HELLO must be called with the client already authenticated, otherwise the "
                        + "HELLO <proto> AUTH <user> <pass> option can be used to authenticate "
                        + "the client and select the RESP protocol version at the same time")
            }
            self.caller = caller
            self.grant = grant
            version = request.version ?? version
            identity.name = request.name ?? identity.name
        } catch {
            return .error(error)
        }
        return .value(
            .map([
                ReplyValue.Pair("server", .text("budgetd")),
                ReplyValue.Pair("version", .text(ServerIdentity.redisVersion)),
                ReplyValue.Pair("proto", .integer(version.rawValue)),
                ReplyValue.Pair("id", .integer(id)),
                ReplyValue.Pair("mode", .text("standalone")),
                ReplyValue.Pair("role", .text("master")),
                ReplyValue.Pair("modules", .list([])),
            ]))
    }

    /// `AUTH [user] password`.
    mutating func authenticate(_ arguments: Arguments) -> Reply {
        do throws(BudgetError) {
            if settings.authenticator == nil, peer != nil, arguments.count == 1 {
                throw BudgetError(
                    .error,
                    "AUTH <password> called without any password configured for the default "
                        + "user. Are you sure your configuration is correct?")
            }
            guard let user = arguments.count == 1 ? "default" : arguments.text(0),
                let password = arguments.text(arguments.count - 1)
            else { throw BudgetError(.wrongPassword, "credentials have to be UTF-8") }
            let known = try identity(by: Credentials(user: user, password: password))
            (caller, grant) = (known.caller, known.grant)
            return .ok
        } catch {
            return .error(error)
        }
    }
}

/// HELLO's arguments, read.
private struct HelloRequest {
    var version: ProtocolVersion?
    var credentials: Credentials?
    var name: String?

    init(_ arguments: Arguments, bounds: SocketBounds) throws(BudgetError) {
        guard arguments.count > 0 else { return }
        guard let number = arguments.text(0).flatMap({ Int($0) }) else {
            throw BudgetError(.error, "Protocol version is not an integer or out of range")
        }
        version = ProtocolVersion(rawValue: number)
        guard version != nil else {
            throw BudgetError(.noProtocol, "unsupported protocol version")
        }
        var index = 1
        while index < arguments.count {
            switch (arguments.word(index), arguments.count - index) {
            case ("AUTH", 3...):
                credentials = Credentials(
                    user: arguments.text(index + 1) ?? "",
                    password: arguments.text(index + 2) ?? "")
                index += 3
            case ("SETNAME", 2...):
                name = try clientName(arguments, index + 1, bounds: bounds)
                index += 2
            default:
                throw BudgetError(
                    .error,
                    "Syntax error in HELLO option '\(excerpt(arguments.text(index) ?? "?"))'")
            }
        }
    }
}

/// A name that a client gives itself.
func clientName(
    _ arguments: Arguments, _ index: Int, bounds: SocketBounds
) throws(BudgetError) -> String {
    guard ClientIdentity.isName(arguments.values[index], atMost: bounds.maxClientNameBytes),
        let name = arguments.text(index)
    else {
        throw BudgetError(
            .error, "Client names cannot contain spaces, newlines or special characters.")
    }
    return name
}
