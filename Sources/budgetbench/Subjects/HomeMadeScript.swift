// What a house writes for itself before it takes a budget service: the yardstick for the script.
// A GET, an INCRBY and an EXPIRE a limit, then a ZINCRBY and a ZADD for the ledger and a SET NX
// for the idempotency key; plain keys, 7 of them, and 13 arguments.

import BudgetModel
import RESP
import RedisClient

enum HomeMadeScript {
    static let script = RedisScript(
        source: """
            for i = 1, 4 do
              local used = tonumber(redis.call('GET', KEYS[i]) or '0')
              if used + tonumber(ARGV[i * 2 - 1]) > tonumber(ARGV[i * 2]) then return 0 end
            end
            local life = {2764800, 172800, 86400, 2592000}
            for i = 1, 4 do
              redis.call('INCRBY', KEYS[i], ARGV[i * 2 - 1])
              redis.call('EXPIRE', KEYS[i], life[i])
            end
            redis.call('ZINCRBY', KEYS[5], ARGV[9], ARGV[10])
            redis.call('ZADD', KEYS[6], ARGV[11], ARGV[12])
            redis.call('SET', KEYS[7], ARGV[13], 'NX', 'EX', 604800)
            return 1
            """)

    /// Writes the call that decides, in the windows of 2026-11-22 whatever the day is.
    ///
    /// - Parameter userCap: tokens of a user.
    static func write(_ call: AgentCall, userCap: Int64, to writer: inout CommandWriter) {
        writer.begin(argumentCount: 3 + 7 + 13)
        writer.argument("EVALSHA" as StaticString)
        writer.argument(script.sha1)
        writer.argument(7)
        writer.argument("budget:tenant:" + AgentCall.tenant + ":cost:2026-11")
        writer.argument("budget:user:" + call.user + ":tokens:2026-11-22")
        writer.argument("budget:session:" + call.session + ":cost")
        writer.argument("budget:run:" + call.run + ":calls")
        writer.argument("ledger:run:" + call.run + ":tasks")
        writer.argument("ledger:run:" + call.run + ":entries")
        writer.argument("idempotency:" + call.key)
        let amounts = [AgentCall.cost, AgentCall.tokens, AgentCall.cost, 1]
        for (amount, limit) in zip(amounts, BenchPolicy.limits(userCap: userCap)) {
            writer.argument(Int(amount))
            writer.argument(Int(limit.cap))
        }
        writer.argument(Int(AgentCall.cost))
        writer.argument(call.task)
        writer.argument(1_795_000_000_000 + call.ordinal)
        writer.argument(call.key + " " + AgentCall.model + " \(AgentCall.tokens)")
        writer.argument("held")
    }
}
