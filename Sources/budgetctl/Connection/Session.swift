// One conversation with the daemon: a request, its answer, the next one. RESP3, so that a map is
// told from a list.

import NIOSSL
import RESP

/// A connection to the daemon.
final class Session {
    /// Where the daemon is.
    let address: Address
    private let wire: Wire
    private var decoder = RESPValueDecoder()

    /// Connects, says who asks, and agrees on the protocol.
    init(_ address: Address, _ identity: IdentityOptions, timeout seconds: Int) throws(Failure) {
        self.address = address
        try identity.check(address)
        if case .unix(let path) = address { try Self.checkLength(path) }
        var context: NIOSSLContext?
        var hello = ["HELLO", "3"]
        if case .tcp(_, _, let isEncrypted) = address {
            if isEncrypted { context = try identity.encryption() }
            if let token = try identity.token() { hello += ["AUTH", "default", token] }
        }
        do {
            wire = try Wire(address, tls: context, timeout: seconds)
        } catch {
            throw Self.unreachable(address, error.reason)
        }
        _ = try ask(hello)
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameter changes: whether it may change something, so that a lost answer leaves that
    ///   open.
    /// - Throws: also where the answer is an error.
    func ask(_ arguments: [String], changes: Bool = false) throws(Failure) -> RESPValue {
        var writer = CommandWriter()
        writer.command(arguments)
        wire.send(writer.buffer)
        let answer = try read(changes)
        guard let line = answer.errorLine else { return answer }
        let code = answer.errorCode ?? "ERR"
        throw Failure(
            status: ExitStatus(code: code), message: line, hint: Self.hint(code, address))
    }

    private func read(_ changes: Bool) throws(Failure) -> RESPValue {
        while true {
            do {
                if let value = try decoder.next() { return value }
            } catch {
                throw Failure.notUnderstood("\(error)")
            }
            do {
                var bytes = try wire.receive()
                decoder.feed(&bytes)
            } catch {
                throw lost(changes, error.reason)
            }
        }
    }

    private static func checkLength(_ path: String) throws(Failure) {
        guard (1...107).contains(path.utf8.count) else {
            throw Failure.usage("the socket's path \(path) has not 1 to 107 bytes")
        }
    }

    private func lost(_ changes: Bool, _ why: String) -> Failure {
        guard changes else { return Self.unreachable(address, why) }
        return Failure(
            status: .outcomeUnknown, message: "the answer of \(address.text) was lost: \(why)",
            hint: Self.hint("OUTCOME_UNKNOWN", address))
    }

    private static func unreachable(_ address: Address, _ why: String) -> Failure {
        let hint =
            why.contains("CERTIFICATE_VERIFY_FAILED")
            ? "--tls-ca names the PEM file of who signs its certificate, which has to name the host"
            : "is budgetd running? --socket or BUDGETD_SOCKET says where it listens"
        return Failure(
            status: .unreachable, message: "no daemon answers at \(address.text): \(why)",
            hint: hint)
    }

    private static func hint(_ code: String, _ address: Address) -> String {
        switch (code, address) {
        case ("NOPERM", .unix):
            "the daemon tells roles by user and group ids: see roles in its configuration"
        case ("NOPERM", .tcp):
            "the token says the role and the tenant: see budgetctl token list"
        case ("NOAUTH", .tcp), ("WRONGPASS", .tcp):
            "expected a token of its tokens file in BUDGETD_TOKEN or --token-file"
        case ("OUTCOME_UNKNOWN", _):
            "it may have been done; to be sure, repeat it with the same --idempotency-key"
        case ("UNAVAILABLE", _): "nothing was done; the daemon's log says why Redis can't be used"
        case ("CONFLICT", _): "the key names another act; --for means another moment each time"
        default: ""
        }
    }
}
