// The audit's hashes, computed anew. A pure value: it is given the lines, the newest first, as the
// daemon hands them out, and keeps the oldest place where they do not fit together.

import BudgetModel
import Crypto

struct AuditChain {
    /// A line, as far as its hash needs it.
    struct Line: Equatable {
        let sequence: Int64
        let text: String
        let chain: String
        /// For people; empty where it can't be read.
        var moment = ""

        /// What its hash has to be behind a line with that one.
        func chain(behind last: String) -> String {
            let all = "\(last)\n\(Sequence(value: sequence).text)\n\(text)"
            return Insecure.SHA1.hash(data: Array(all.utf8)).map { byte in
                let digits = String(byte, radix: 16)
                return byte < 16 ? "0" + digits : digits
            }.joined()
        }
    }

    /// A line whose hash is not that of what stands there.
    struct Break: Equatable {
        /// The line before; nil where there is none.
        let before: Line?
        let line: Line
    }

    private(set) var count = 0
    private(set) var head: AuditHead?
    /// The oldest.
    private(set) var fault: Break?
    private var last: Line?
    private let noted: AuditHead?
    /// Whether the line that somebody noted is there, as it was.
    private(set) var hasNoted: Bool

    /// - Parameter noted: a head that it had before.
    init(noted: AuditHead?) {
        self.noted = noted
        hasNoted = noted == nil
    }

    /// Takes the next line, which is older than those before.
    mutating func enter(_ line: Line) {
        if let last { check(last, behind: line) }
        if head == nil { head = AuditHead(sequence: line.sequence, chain: line.chain) }
        if noted == AuditHead(sequence: line.sequence, chain: line.chain) { hasNoted = true }
        last = line
        count += 1
    }

    /// There are no older ones.
    mutating func finish() {
        if let last { check(last, behind: nil) }
    }

    private mutating func check(_ line: Line, behind before: Line?) {
        if line.chain(behind: before?.chain ?? "") != line.chain {
            fault = Break(before: before, line: line)
        }
    }
}
