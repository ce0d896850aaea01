// Commands as bytes before anything is measured, so that sending them is all that the load
// generator does.

import BudgetStore
import Foundation
import RESP
import RedisClient

/// Commands one behind the other, and where each ends.
struct PreparedCommands {
    private var writer = CommandWriter()
    private(set) var ends: [Int] = []
    /// How many decisions each command asks for.
    let decisions: Int

    private init(decisions: Int) {
        self.decisions = decisions
    }

    var count: Int { ends.count }

    /// Lends the bytes of the commands in a range.
    func withBytes<T>(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> T) -> T {
        let start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
        return writer.buffer.withUnsafeReadableBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[range.upperBound - 1]]))
        }
    }

    /// Writes them to a file, one behind the other.
    func write(to path: String) throws {
        guard count > 0 else { throw BenchError("there are no commands for \(path)") }
        let bytes = withBytes(of: 0..<count) { Data($0) }
        try bytes.write(to: URL(filePath: path))
    }

    private mutating func append(_ write: (inout CommandWriter) -> Void) {
        write(&writer)
        ends.append(writer.buffer.writerIndex)
    }

    /// Calls of the home-made script.
    static func homeMade(
        _ calls: [AgentCall], userCap: Int64 = BenchPolicy.userTokens.cap
    ) -> PreparedCommands {
        var commands = PreparedCommands(decisions: 1)
        for call in calls {
            commands.append { HomeMadeScript.write(call, userCap: userCap, to: &$0) }
        }
        return commands
    }

    /// The script that a reservation calls.
    static func script(of call: AgentCall, _ planner: CallPlanner) -> RedisScript {
        BatchCall([planner.reserve(call)], tenant: call.tenant).script
    }

    /// Calls of our script, each for one reservation.
    static func reserve(_ calls: [AgentCall], _ planner: CallPlanner) -> PreparedCommands {
        batches(calls.map { [$0] }, of: 1, planner)
    }

    /// Calls of our script, each to spend once.
    static func charge(_ calls: [AgentCall], _ planner: CallPlanner) -> PreparedCommands {
        var commands = PreparedCommands(decisions: 1)
        for call in calls {
            commands.append(BatchCall([planner.charge(call)], tenant: call.tenant))
        }
        return commands
    }

    /// Calls of our script, each for so many reservations.
    static func batches(
        _ batches: [[AgentCall]], of size: Int, _ planner: CallPlanner
    ) -> PreparedCommands {
        var commands = PreparedCommands(decisions: size)
        for calls in batches {
            commands.append(BatchCall(calls.map(planner.reserve), tenant: calls[0].tenant))
        }
        return commands
    }

    private mutating func append(_ batch: BatchCall) {
        append { writer in
            writer.begin(argumentCount: 3 + batch.count)
            writer.argument("EVALSHA" as StaticString)
            writer.argument(batch.script.sha1)
            writer.argument(batch.keyCount)
            writer.encodedArguments(batch.keysAndArguments)
        }
    }

    /// Requests to the daemon.
    static func requests(_ calls: [AgentCall]) -> PreparedCommands {
        var commands = PreparedCommands(decisions: 1)
        for call in calls { commands.append { $0.reserve(call) } }
        return commands
    }

    /// Requests to the daemon, each to spend at once.
    static func charges(_ calls: [AgentCall]) -> PreparedCommands {
        var commands = PreparedCommands(decisions: 1)
        for call in calls { commands.append { $0.charge(call) } }
        return commands
    }

    /// The day's counters of users who have spent before: a hold and a committed call each.
    static func countersOfUsers(_ users: Range<Int>, _ planner: CallPlanner) -> PreparedCommands {
        var commands = PreparedCommands(decisions: 0)
        for user in users {
            let call = AgentCall(userNumber: user, runNumber: 0, taskNumber: 0, ordinal: 0)
            let accounts = planner.limits(call.subject).map(\.account)
            guard let account = accounts.first(where: { $0.scope.fields == [.user] }) else {
                preconditionFailure("the benchmark's policy has a limit per user")
            }
            let key = BatchCall.key(of: account, tenant: AgentCall.tenant)
            commands.append { writer in
                writer.command([
                    "HSET", key, "u:tokens", "\(2 * AgentCall.tokens)",
                    "s:tokens", "\(AgentCall.tokens)",
                ])
            }
            commands.append { $0.command(["EXPIRE", key, "1296000"]) }
        }
        return commands
    }
}
