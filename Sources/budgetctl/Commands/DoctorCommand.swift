// Whether all is as it should be, and what to change where it is not. Everything of Redis comes
// from the daemon, which looks at it every half minute.

import ArgumentParser
import Foundation
import RESP

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at Redis, policy, clocks, memory and socket, and says what to change.",
        discussion: """
            Each line is ok, note (it can't be seen by who asks), warn (it works, and something \
            may be lost or end in time) or fail. Exits with 0 where nothing fails, with 1 where \
            something does, with 3 where no daemon answers. Memory fails at 70 % of maxmemory, or \
            of the machine's where that is 0, and warns where its growth leads there. Of a Redis \
            that is away the last look is told, and how old it is.

            EXAMPLES
              budgetctl doctor
              budgetctl doctor --json
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let information = try Information(session)
        let findings =
            [Self.daemon(information)] + Self.answers(session)
            + StoreExamination(information: information).findings
            + UpkeepExamination.findings(information) + [Self.policy(information)]
            + SocketExamination.findings(session.address)
        connection.show(Finding.answer(findings)) { _ in
            let width = findings.map(\.name.count).max() ?? 0
            return findings.map { $0.text(nameWidth: width, within: Output.width) }
                .joined(separator: "\n")
        }
        if findings.contains(where: { $0.level == .fail }) {
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }

    private static func daemon(_ information: Information) -> Finding {
        let version = information["budgetd_version"] ?? "of an unknown version"
        let seconds = information["uptime_in_seconds"].flatMap { Int64($0) } ?? 0
        return .ok("daemon", "budgetd \(version), up for \(Shown.duration(seconds * 1000))")
    }

    /// Whether Redis answers, by a question that changes nothing, and what time it is there.
    private static func answers(_ session: Session) -> [Finding] {
        let before = Date().timeIntervalSince1970
        do {
            let now = try session.ask(["USAGE"])["now_ms"]?.integer ?? 0
            let after = Date().timeIntervalSince1970
            let way = Int64((after - before) * 1000)
            return [
                .ok("redis answers", "within \(way) ms"),
                ClockExamination.finding(
                    "own clock", offsetMs: now - Int64((before + after) * 500),
                    doubtMs: way / 2 + 1, of: "this machine's"),
            ]
        } catch {
            let isAway = error.message.hasPrefix("UNAVAILABLE")
            return [
                .fail(
                    "redis answers", error.message,
                    isAway ? "redis connection, below, says why" : error.hint)
            ]
        }
    }

    private static func policy(_ information: Information) -> Finding {
        let digest = information["policy"] ?? "?"
        let daemons = information["daemons"] ?? "?"
        let others = information["daemons_with_another_policy"].flatMap { Int($0) } ?? 0
        guard others == 0 else {
            return .fail(
                "policy",
                "\(others) of \(daemons) daemons on this Redis "
                    + (others == 1 ? "has" : "have") + " another one",
                "budgetctl policy show tells which; budgetctl policy reload at each")
        }
        guard !StoreExamination(information: information).isAway else {
            return .note("policy", "\(digest); whether other daemons have it, only Redis tells")
        }
        return .ok("policy", "\(digest), at \(daemons) daemon" + (daemons == "1" ? "" : "s"))
    }
}
