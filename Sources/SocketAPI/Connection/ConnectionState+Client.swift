// CLIENT: what a client says of itself and asks about itself. It sees no other connection and ends
// none; workers of one house are strangers to each other.

import BudgetModel
import BudgetService
import NIOCore

extension ConnectionState {
    mutating func client(_ arguments: Arguments) -> ConnectionAction {
        switch (arguments.word(0), arguments.count - 1) {
        case ("SETNAME", 1): return .reply(setName(arguments))
        case ("SETINFO", 2): return .reply(setInformation(arguments))
        case ("GETNAME", 0):
            return .reply(.value(identity.name.isEmpty ? .null : .text(identity.name)))
        case ("ID", 0): return .reply(.value(.integer(id)))
        case ("INFO", 0), ("LIST", _): return .report(.client)
        case ("NO-EVICT", 1), ("NO-TOUCH", 1):
            let word = arguments.word(1)
            return .reply(word == "ON" || word == "OFF" ? .ok : .error(.error, "syntax error"))
        case ("REPLY", 1):
            guard arguments.word(1) == "ON" else {
                return .reply(.error(.error, "CLIENT REPLY knows ON only"))
            }
            return .reply(.ok)
        case ("KILL", _):
            return .reply(.error(.error, "CLIENT KILL is not supported"))
        default:
            return .reply(
                .error(
                    .error,
                    "unknown subcommand or wrong number of arguments for 'client "
                        + "\(excerpt(arguments.text(0)?.lowercased() ?? "?"))'"))
        }
    }

    private mutating func setName(_ arguments: Arguments) -> Reply {
        do throws(BudgetError) {
            identity.name = try clientName(arguments, 1, bounds: settings.bounds)
            return .ok
        } catch {
            return .error(error)
        }
    }

    private mutating func setInformation(_ arguments: Arguments) -> Reply {
        let option = arguments.word(1)
        guard option == "LIB-NAME" || option == "LIB-VER" else {
            return .error(
                .error, "Unrecognized option '\(excerpt(arguments.text(1) ?? "?"))'")
        }
        guard
            ClientIdentity.isName(
                arguments.values[2], atMost: settings.bounds.maxClientNameBytes),
            let text = arguments.text(2)
        else {
            return .error(
                .error,
                "\(option.lowercased()) cannot contain spaces, newlines or special characters.")
        }
        if option == "LIB-NAME" {
            identity.libraryName = text
        } else {
            identity.libraryVersion = text
        }
        return .ok
    }

    /// The connection as CLIENT INFO shows it.
    func line(address: String, age: TimeAmount) -> String {
        let user = caller.map { $0.name.replacing(" ", with: ",") } ?? ""
        let queued = transaction.map { String($0.queued.count) } ?? "-1"
        let fields = [
            "id=\(id)", "addr=\(self.address.isEmpty ? address : self.address)",
            "name=\(identity.name)",
            "age=\(age.nanoseconds / 1_000_000_000)", "flags=\(transaction == nil ? "N" : "x")",
            "db=0", "multi=\(queued)", "user=\(user)", "role=\(caller?.role.name ?? "")",
            "resp=\(version.rawValue)", "lib-name=\(identity.libraryName)",
            "lib-ver=\(identity.libraryVersion)",
        ]
        return fields.joined(separator: " ") + "\n"
    }
}
