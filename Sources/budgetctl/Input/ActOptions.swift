// What every change asks for: why, and a key of its own, so that it can be repeated after a lost
// answer without being done twice.

import ArgumentParser
import Foundation
import RESP

struct ActOptions: ParsableArguments {
    @Option(help: "Why, for the audit. Asked for on a terminal.")
    var reason: String?

    @Option(help: "The key of an earlier try, to repeat it. Default: a new one.")
    var idempotencyKey: String?

    @Flag(help: "Tells the idempotency key, and what is sent.")
    var verbose = false

    /// Asks for the change, and says what it was before and is now.
    func perform(_ request: [String], _ connection: ConnectionOptions, _ session: Session)
        throws(Failure)
    {
        let key = idempotencyKey ?? "budgetctl-" + UUID().uuidString.lowercased()
        let request = request + ["reason", try Self.asked(reason), "idempotency_key", key]
        if verbose {
            Output.error("idempotency key: \(key)")
            Output.error("request: " + request.map(Text.printable).joined(separator: " "))
        }
        let answer: RESPValue
        do {
            answer = try session.ask(request, changes: true)
        } catch {
            guard error.status == .outcomeUnknown else { throw error }
            throw Failure(
                status: error.status, message: error.message,
                hint: "it may have been done; repeat the same with --idempotency-key \(key)"
                    + (Self.end(request).map { " and --until \($0), not with --for" } ?? ""))
        }
        connection.show(answer, Self.sentence)
        if let end = Self.end(request) { Output.error("ends at \(end)") }
    }

    /// The moment when it ends, which is part of what has to be repeated.
    private static func end(_ request: [String]) -> String? {
        guard let name = request.firstIndex(of: "until_ms"),
            let moment = request[(name + 1)...].first.flatMap({ Int64($0) })
        else { return nil }
        return HumanTime.text(moment)
    }

    /// A reason, asked for where none is given.
    static func asked(_ reason: String?) throws(Failure) -> String {
        if let reason { return reason }
        if isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 {
            FileHandle.standardError.write(Data("Reason, for the audit: ".utf8))
            if let line = readLine(), !line.isEmpty { return line }
        }
        throw Failure.usage(
            "--reason is missing", hint: "it is kept in the audit: --reason \"demo at noon\"")
    }

    /// `user-daily-tokens of user=alice: the policy's cap → cap 20`.
    private static func sentence(_ answer: RESPValue) -> String {
        let limit = Shown.text(answer, "limit")
        let whose = (limit.isEmpty ? "" : limit + " of ") + Shown.text(answer, "scope")
        let (before, after) = (Shown.text(answer, "before"), Shown.text(answer, "after"))
        let change = before == after ? "\(after), as before" : "\(before) → \(after)"
        return "\(Style.bold(whose)): \(change)"
            + (answer["replayed"]?.integer == 1 ? Style.faint(" (done before)") : "")
    }
}
