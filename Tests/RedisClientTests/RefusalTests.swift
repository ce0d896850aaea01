// The answers that say "not done", from a real Redis that is brought to give them.

import NIOCore
import RESP
import TestSupport
import Testing

@testable import RedisClient

@Suite struct RefusalTests {
    private let write = RedisScript(source: "#!lua\nreturn redis.call('INCR', 'n')")

    private func call(_ link: LinkHarness, _ script: RedisScript, within time: TimeAmount) throws
        -> Outcome
    {
        try link.beginScripts([(script, [])], within: time)[0].wait()
    }

    @Test func outOfMemory() throws {
        let redis = try TestRedis(["maxmemory": "1"])
        let link = try LinkHarness(redis.socketPath)
        let outcome = try call(link, write, within: .seconds(2))
        guard case .failure(.unavailable(.refused(.outOfMemory, _))) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let plain = try link.run("SET", "a", "b")
        guard case .failure(.unavailable(.refused(.outOfMemory, _))) = plain else {
            Issue.record("\(plain)")
            return
        }
        #expect(try redis.command("GET", "n").isNull)
        try link.close()
    }

    @Test func anErrorAfterTheFirstWriteIsInDoubt() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        let half = RedisScript(
            source: "#!lua\nredis.call('SET', 'half', 1) return redis.call('LPUSH', 'half', 1)")
        let outcome = try call(link, half, within: .seconds(2))
        guard case .failure(.outcomeUnknown(.failedInsideScript(let error))) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.code == "WRONGTYPE")
        #expect(try redis.command("GET", "half").integer == 1)
        let clean = RedisScript(source: "#!lua\nreturn redis.error_reply('STALE clock')")
        #expect(
            try call(link, clean, within: .seconds(2))
                == .success(.error(RedisErrorReply(line: "STALE clock"))))
        try link.close()
    }

    @Test func readOnlyUntilItIsAMaster() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        _ = try link.run("PING")
        try redis.command("REPLICAOF", "127.0.0.1", "1")
        let short = try call(link, write, within: .seconds(1))
        guard case .failure(.unavailable(.readOnly)) = short else {
            Issue.record("\(short)")
            return
        }
        let patient = try link.beginScripts([(write, [])], within: .seconds(8))
        let before = try link.onLoop { [statuses = link.statuses] _ in statuses.value }
        #expect(before.contains(.draining))
        try redis.command("REPLICAOF", "NO", "ONE")
        #expect(try patient[0].wait() == .success(.integer(1)))
        try link.close()
    }

    @Test func busyIsRetriedUntilTheDeadline() throws {
        let redis = try TestRedis(["busy-reply-threshold": "1"])
        let link = try LinkHarness(redis.socketPath)
        _ = try link.run("PING")
        let other = try BlockingConnection(unixPath: redis.socketPath)
        var writer = CommandWriter()
        writer.command(["EVAL", "while true do end", "0"])
        try other.write(writer.buffer)
        try waitUntilBusy(redis)
        let short = try link.run("INCR", "n", within: .seconds(1))
        guard case .failure(.unavailable(.later(let error))) = short else {
            Issue.record("\(short)")
            return
        }
        #expect(error.code == "BUSY")
        let patient = try link.begin([["INCR", "n"], ["INCR", "n"]], within: .seconds(8))
        try redis.command("SCRIPT", "KILL")
        let results = try patient.map { try $0.wait() }
        #expect(results == [.success(.integer(1)), .success(.integer(2))])
        try link.close()
    }

    private func waitUntilBusy(_ redis: TestRedis) throws {
        for _ in 0..<1000 where try redis.command("PING").errorCode != "BUSY" {}
        #expect(try redis.command("PING").errorCode == "BUSY")
    }

    @Test func loadingIsNotReady() throws {
        let redis = try TestRedis(["appendonly": "yes", "enable-debug-command": "yes"])
        try redis.command("DEBUG", "POPULATE", "3000")
        try redis.command("BGREWRITEAOF")
        try waitForRewrite(redis)
        redis.stop()
        let link = try LinkHarness(redis.socketPath)
        let pending = try link.begin([["DBSIZE"]], within: .seconds(9))
        // 1 ms a key: so long it answers LOADING, and the link must keep the request.
        try redis.start([
            "--key-load-delay", "300", "--loading-process-events-interval-bytes", "1024",
        ])
        #expect(try pending[0].wait() == .success(.integer(3000)))
        let statuses = try link.onLoop { [statuses = link.statuses] _ in statuses.value }
        #expect(statuses.contains { "\($0)".contains("LOADING") })
        try link.close()
    }

    private func waitForRewrite(_ redis: TestRedis) throws {
        for _ in 0..<5000 {
            let info = try redis.command("INFO", "persistence").string ?? ""
            if info.contains("aof_rewrite_in_progress:0"), info.contains("aof_rewrites:1") {
                return
            }
        }
        Issue.record("the rewrite didn't end")
    }
}
