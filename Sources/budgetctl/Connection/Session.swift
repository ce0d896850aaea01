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
    /// Whether what answers is known to be a budgetd.
    private var isKnown = false
    /// What was asked last.
    private var verb = ""

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
            throw Self.unreachable(address, error)
        }
        guard try ask(hello)["server"]?.string == "budgetd" else { throw Self.stranger(address) }
        isKnown = true
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
        verb = arguments.first ?? ""
        return try answer(read(changes))
    }

    /// Waits for what comes without being asked for, however long.
    ///
    /// - Throws: also where it is an error.
    func wait() throws(Failure) -> RESPValue {
        try answer(read(false, isPatient: true))
    }

    /// An answer that is no error.
    private func answer(_ value: RESPValue) throws(Failure) -> RESPValue {
        guard let line = value.errorLine else { return value }
        let code = value.errorCode ?? "ERR"
        throw Failure(
            status: ExitStatus(code: code), message: Text.printable(line),
            hint: Self.hint(code, address))
    }

    private func read(
        _ changes: Bool, isPatient: Bool = false
    ) throws(Failure) -> RESPValue {
        while true {
            do {
                if let value = try decoder.next() { return value }
            } catch {
                throw isKnown ? Failure.notUnderstood("\(error)") : Self.stranger(address)
            }
            do {
                var bytes = try wire.receive(isPatient: isPatient)
                decoder.feed(&bytes)
            } catch {
                throw lost(changes, error)
            }
        }
    }

    private static func checkLength(_ path: String) throws(Failure) {
        guard (1...107).contains(path.utf8.count) else {
            throw Failure.usage("the socket's path \(path) has not 1 to 107 bytes")
        }
    }

    private func lost(_ changes: Bool, _ end: Wire.End) -> Failure {
        if changes {
            return Failure(
                status: .outcomeUnknown,
                message: "the answer of \(address.text) was lost: \(end.reason)",
                hint: Self.hint("OUTCOME_UNKNOWN", address))
        }
        guard isKnown, end.kind == .silent else { return Self.unreachable(address, end) }
        let isRanking = ["TOP", "HISTORY", "NEAR"].contains(verb)
        return Failure(
            status: .unreachable,
            message: "the daemon at \(address.text) is connected, but \(end.reason)",
            hint: isRanking
                ? "rankings are still being made up from the journal; try again later, or with a "
                    + "longer --timeout"
                : "budgetctl doctor tells how its Redis is; --timeout waits longer")
    }

    private static func unreachable(_ address: Address, _ end: Wire.End) -> Failure {
        let hint =
            switch end.kind {
            case .certificate:
                "--tls-ca names the PEM file of who signs its certificate, which has to name the "
                    + "host"
            case .plain: "expected the port of the daemon's listen.address, and tls there"
            case .silent: "is what listens there a budgetd? --timeout waits longer"
            case .other: "is budgetd running? --socket or BUDGETD_SOCKET says where it listens"
            }
        return Failure(
            status: .unreachable, message: "no daemon answers at \(address.text): \(end.reason)",
            hint: hint)
    }

    /// Something else listens there.
    private static func stranger(_ address: Address) -> Failure {
        Failure(
            status: .unreachable, message: "what answers at \(address.text) is no budgetd socket",
            hint: "expected the daemon's socket, or the port of its listen.address; that of its "
                + "http.address is another, and rediss:// is for TLS")
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
