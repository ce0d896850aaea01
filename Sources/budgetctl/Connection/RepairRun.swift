// Asking the daemon for corrections, one act for each key, as verifying found them. No key of an
// act is remembered: verifying anew tells what was done, and what is to be done still.

import BudgetModel
import BudgetStore
import Foundation
import RESP

/// The corrections of one tenant's books.
struct RepairRun {
    /// What became of one of them.
    enum Outcome {
        case done(key: String, answer: RESPValue)
        /// Left as it is, and why.
        case left(key: String, why: String)

        var text: String {
            switch self {
            case .done(let key, let answer):
                Text.printable(
                    "\(key): \(Shown.text(answer, "before")) → \(Shown.text(answer, "after"))")
            case .left(let key, let why): Style.yellow(Text.printable("\(key): \(why)"))
            }
        }
    }

    /// Bytes of one request's changes: half of what an argument may have.
    private static let mostBytes = 32_768

    let session: Session
    let tenant: String
    let reason: String

    /// What is going to be changed, and what is going to be left.
    static func plan(_ findings: Findings) -> String {
        var lines = findings.corrections.isEmpty ? [] : ["what is going to be changed:"]
        var corrected: Set<String> = []
        for correction in findings.corrections {
            corrected.insert(correction.key)
            if correction.isReopening {
                lines.append(Text.printable("  \(correction.key): it is held again"))
                continue
            }
            for change in part(correction).changes {
                lines.append(
                    Text.printable(
                        "  \(correction.key): \(change.field) \(change.found ?? "none") → "
                            + expected(change) + short(change)))
            }
        }
        let left = findings.differences.filter { !corrected.contains($0.key) }
        if !left.isEmpty { lines.append("what can't be set right so, and is left:") }
        lines += left.map { Text.printable("  \($0.key): \($0.message)") }
        return lines.joined(separator: "\n")
    }

    private static func expected(_ change: Correction.Change) -> String {
        change.field == Correction.flag ? "none" : "\(change.expected)"
    }

    private static func short(_ change: Correction.Change) -> String {
        change.short == 0 ? "" : "; the entries are short of \(change.short)"
    }

    /// As much of a correction as fits into one request; the rest is found the next time.
    private static func part(_ correction: Correction) -> Correction {
        var part = correction
        while part.text.utf8.count > mostBytes { part.changes.removeLast(part.changes.count / 2) }
        return part
    }

    /// Asks for one. What the daemon refuses is left, and why; what has no answer, or one that
    /// would be the same for all of them, ends it.
    func make(_ correction: Correction) throws(Failure) -> Outcome {
        let part = Self.part(correction)
        let request = [
            "CORRECT", "tenant", tenant, "key", part.key, "changes", part.text, "as_of",
            "\(part.asOf.value)", "reason", reason, "idempotency_key",
            "budgetctl-" + UUID().uuidString.lowercased(),
        ]
        do {
            return .done(
                key: part.key, answer: try session.ask(request, changes: true))
        } catch {
            if error.message.hasPrefix("CONFLICT ") {
                return .left(
                    key: part.key, why: "it changed since it was looked at, and was left alone")
            }
            if ["BADARG ", "TOOLARGE ", "INTERNAL "].contains(where: error.message.hasPrefix) {
                return .left(key: part.key, why: error.message)
            }
            guard error.status == .outcomeUnknown else { throw error }
            throw Failure(
                status: error.status, message: error.message,
                hint: "it may have been done; verifying anew tells")
        }
    }
}
