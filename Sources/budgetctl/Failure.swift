// The one error: a sentence, what to do about it, and the exit status.

/// Why a command could not do what it was asked.
struct Failure: Error {
    let status: ExitStatus
    let message: String
    var hint = ""

    /// As it is shown.
    var text: String { "budgetctl: " + message + (hint.isEmpty ? "" : "\n  " + hint) }

    /// An argument that makes no sense.
    static func usage(_ message: String, hint: String = "") -> Failure {
        Failure(status: .usage, message: message, hint: hint)
    }

    /// An answer that isn't understood: another version's, or no daemon at all.
    static func notUnderstood(_ what: String) -> Failure {
        Failure(
            status: .fault, message: "the answer isn't understood: \(what)",
            hint: "is it budgetd, and as new as budgetctl?")
    }
}
