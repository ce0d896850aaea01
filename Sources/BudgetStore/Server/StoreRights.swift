// Every command that is ever sent to Redis, by scripts or without. A script that meets a right that
// is missing ends behind its first writes and leaves half an operation, so all of them are asked
// for before the first use. A test holds this list against the scripts and the documentation.
// CONFIG GET is not among them: an operator may do without it (`ServerRules`).

import RedisClient

enum StoreRights {
    /// Commands about no key of a tenant.
    private static let general = ["PING", "INFO", "TIME", "EVAL", "EVALSHA", "SCAN"]

    /// Commands about a tenant's keys.
    private static let keyed = [
        "TYPE", "GET", "MGET", "SET", "MSET", "EXISTS", "DEL", "PEXPIRE", "HGET", "HMGET",
        "HGETALL", "HSET", "HINCRBY", "HDEL", "HSCAN", "SADD", "SMEMBERS", "RPUSH", "LPOP",
        "LINDEX", "LLEN", "ZADD", "ZINCRBY", "ZREM", "ZCARD", "ZRANGE", "ZRANGEBYSCORE",
        "ZREVRANGE", "ZREVRANGEBYSCORE", "ZMSCORE", "ZSCAN", "XADD", "XRANGE", "XREVRANGE", "XTRIM",
        "XINFO STREAM",
    ]

    static let all = general + keyed

    /// What the general ones need behind them to be whole.
    private static let rest = ["EVAL": " - 0", "EVALSHA": " - 0", "SCAN": " 0"]

    /// Asks which are refused.
    static let question = RedisCommand(
        arguments: ["EVAL", String(decoding: PackageResources.rights_lua, as: UTF8.self), "0"]
            + general.map { $0 + (rest[$0] ?? "") } + keyed.map { $0 + " " + Keys.probe })

    /// The refused ones of an answer to the question; nil where it is none.
    static func refused(in reply: RedisReply) -> [String]? {
        // Nothing runs inside of a script yet, so this is about the script itself.
        if case .error(let error) = reply { return error.code == "NOPERM" ? ["EVAL"] : nil }
        return reply.array?.compactMap { $0.integer.map { all[Int($0) - 1] } }
    }
}
