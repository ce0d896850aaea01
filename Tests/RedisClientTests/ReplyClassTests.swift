// The table of answers that say "not done", row by row.

import Testing

@testable import RedisClient

@Suite struct ReplyClassTests {
    static let rows: [(String, ReplyClass)] = [
        ("NOSCRIPT No matching script. Please use EVAL.", .noScript),
        ("LOADING Redis is loading the dataset in memory", .later),
        ("MASTERDOWN Link with MASTER is down", .later),
        ("BUSY Redis is busy running a script.", .later),
        ("TRYAGAIN Multiple keys request during rehashing of slot", .later),
        ("CLUSTERDOWN The cluster is down", .later),
        ("READONLY You can't write against a read only replica.", .readOnly),
        ("MOVED 3999 127.0.0.1:6381", .misconfigured),
        ("ASK 3999 127.0.0.1:6381", .misconfigured),
        ("OOM allow-oom flag is not set on the script", .refused(.outOfMemory)),
        ("MISCONF Redis is configured to save RDB snapshots", .refused(.persistenceFailed)),
        ("NOREPLICAS Not enough good replicas to write.", .refused(.tooFewReplicas)),
        ("NOAUTH Authentication required.", .misconfigured),
        ("WRONGPASS invalid username-password pair", .misconfigured),
        ("NOPERM this user has no permissions", .misconfigured),
        ("CROSSSLOT Keys in request don't hash to the same slot", .misconfigured),
        ("ERR unknown command", .answer),
        ("WRONGTYPE Operation against a key", .answer),
        ("BUSYKEY Target key name already exists.", .answer),
        ("BUSYGROUP Consumer Group name already exists", .answer),
        ("OOMPH", .answer),
        ("", .answer),
    ]

    @Test(arguments: rows) func row(line: String, expected: ReplyClass) {
        #expect(ReplyClass(RedisErrorReply(line: line)) == expected)
    }

    /// Whatever its code, an error that ended a script may come after a write.
    @Test(arguments: rows) func fromInsideAScript(line: String, _: ReplyClass) {
        let sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"
        let inside = RedisErrorReply(line: "\(line) script: \(sha1), on @user_script:3.")
        #expect(ReplyClass(inside) == .insideScript)
        #expect(ReplyClass(RedisErrorReply(line: "X script: \(sha1), on mars.")) == .answer)
    }

    @Test func codeAndMessage() {
        let error = RedisErrorReply(line: "ERR value is out of range")
        #expect(error.code == "ERR" && error.message == "value is out of range")
        #expect(RedisErrorReply(line: "ALONE").message == "")
    }
}
