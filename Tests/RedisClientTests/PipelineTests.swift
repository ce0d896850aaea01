// Order and scripts on a real Redis.

import NIOCore
import RESP
import TestSupport
import Testing

@testable import RedisClient

@Suite struct PipelineTests {
    @Test func repliesComeInOrder() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        let commands = (0..<2000).map { ["ECHO", "\($0)"] }
        let replies = try link.run(commands)
        #expect(replies == (0..<2000).map { .success(.string("\($0)")) })
        try link.close()
    }

    @Test func everyKindOfReply() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        #expect(try link.run("SET", "k", "v") == .success(.status("OK")))
        #expect(try link.run("GET", "none") == .success(.null))
        #expect(try link.run("INCR", "n") == .success(.integer(1)))
        #expect(
            try link.run("MGET", "k", "none") == .success(.array([.string("v"), .null])))
        #expect(try link.run("SETBIT", "b", "0", "1") == .success(.integer(0)))
        #expect(try link.run("GET", "b") == .success(.bytes([0x80])))
        let wrong = RedisErrorReply(
            line: "WRONGTYPE Operation against a key holding the wrong kind of value")
        #expect(try link.run("LPUSH", "k", "x") == .success(.error(wrong)))
        try link.close()
    }

    @Test func unknownScriptsInsideAPipelineRunOnceEachInOrder() throws {
        let redis = try TestRedis()
        let link = try LinkHarness(redis.socketPath)
        let append = RedisScript(
            source: "#!lua\nredis.call('RPUSH', 'list', ARGV[1]); return ARGV[1]")
        for round in 0..<3 {
            try redis.flush()
            let calls = (0..<200).map { (append, ["\(round)-\($0)"]) }
            let results = try link.beginScripts(calls).map { try $0.wait() }
            #expect(results == calls.map { .success(.string($0.1[0])) })
            let list = try redis.command("LRANGE", "list", "0", "-1").array ?? []
            #expect(list.map(\.string) == calls.map { $0.1[0] })
        }
        // Once it is known, its name suffices.
        let before = try redis.command("INFO", "commandstats").string ?? ""
        _ = try link.beginScripts([(append, ["last"])]).map { try $0.wait() }
        let after = try redis.command("INFO", "commandstats").string ?? ""
        #expect(calls(of: "eval", in: before) == calls(of: "eval", in: after))
        try link.close()
    }

    @Test func aScriptHasItsSha1() {
        #expect(RedisScript(source: "return 1").sha1 == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
    }

    private func calls(of command: String, in stats: String) -> Substring? {
        stats.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_\(command):") }?
            .prefix { $0 != "," }
    }

    @Test func theHookComesOncePerBurst() throws {
        let redis = try TestRedis()
        let counts = Counter()
        let link = try LinkHarness(
            redis.socketPath,
            prepare: { link in
                link.onReadComplete = { counts.add() }
            })
        _ = try link.run("PING")
        let before = counts.value
        _ = try link.run((0..<100).map { ["ECHO", "\($0)"] })
        #expect(counts.value - before <= 5)
        #expect(counts.value > before)
        try link.close()
    }
}
