// A process told from a later one with the same pid: by the time it began. The kernel counts that
// in clock ticks since boot (/proc/<pid>/stat, field 22).
import Glibc

struct ProcessIdentity: Equatable, Sendable {
    let pid: Int32
    let startTicks: UInt64

    /// The living process with this pid; nil if there is none. A zombie doesn't live.
    init?(livingPID pid: Int32) {
        guard let text = try? SmallFile.read("/proc/\(pid)/stat"),
            // The name in parentheses may itself contain anything, so count from its end.
            let nameEnd = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X",
            let ticks = UInt64(fields[19])
        else { return nil }
        self.pid = pid
        startTicks = ticks
    }

    /// Reads what `record` wrote.
    init?(record: String) {
        let words = record.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let pid = Int32(words[0]), pid > 1, let ticks = UInt64(words[1])
        else { return nil }
        self.pid = pid
        startTicks = ticks
    }

    var record: String { "\(pid) \(startTicks)\n" }

    var isAlive: Bool { ProcessIdentity(livingPID: pid) == self }

    /// Signals this process, not another one that got its pid.
    func signal(_ number: Int32) {
        if isAlive { kill(pid, number) }
    }
}
