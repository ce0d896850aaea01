// The rankings of spenders, verified: what was rolled up is what the journal's entries add up to,
// up to where the rankings go, and is set back to that.

import RESP
import TestSupport
import Testing

extension Control.VerifyTests {
    private static let sets = "b:{default}:top:"

    /// What everybody spent is in the rankings: whoever asks brings them up to now.
    private func rollUp() throws { try bench.ask("TOP user cost day") }

    /// The ranking of that field and measure in the month of now.
    private func ranking(_ field: String, _ measure: String) throws -> String {
        try key("top:\(field):\(measure):M")
    }

    @Test func rankingsAgreeWithTheJournal() throws {
        try work()
        try rollUp()
        // What comes later is in no ranking yet.
        try bench.ask("CHARGE idempotency_key later \(Self.call)")
        for (name, index) in [("a b", 1), ("é:{}", 2), ("%20", 3)] {
            _ = try bench.ask([
                "RECORD", "idempotency_key", "odd\(index)", "user", name, "label.team", name,
                "cost_usd", "0.5",
            ])
        }
        let behind = try bench.control("verify --json")
        #expect(behind.status == 0, "\(behind.output)")
        let ranked = try #require(behind.json["ranked"] as? Int)
        #expect(ranked > 100)
        try rollUp()
        let now = try bench.control("verify --json")
        #expect(now.status == 0, "\(now.output)")
        #expect((now.json["ranked"] as? Int ?? 0) > ranked)
        #expect((now.json["notes"] as? [String]) == [])
    }

    /// A ranking spoilt in every way, what is said of it, and whether it can be set right.
    @Test(arguments: [
        (["ZINCRBY", "user:tokens", "7", "alice"], "\"alice\" is ", true),
        (["ZINCRBY", "user:cost", "-1", "alice"], "the entries add up to ", true),
        (["ZADD", "user:cost", "5", "mallory"], "\"mallory\" is 5, the entries add up to 0", true),
        (["ZADD", "user:cost", "5", "a b{%"], "\"a b{%\" is 5, the entries add up to 0", true),
        (["ZREM", "model:calls", "gpt-4o"], "\"gpt-4o\" is not in it, the entries add ", true),
        (["DEL", "run:tokens"], "it is not in Redis, and has to be", true),
        (["ZADD", "user:cost", "0.5", "bob"], "\"bob\" has no whole number", false),
    ])
    func aSpoiltRankingIsNamedAndSetRight(
        _ spoil: [String], _ message: String, _ isMended: Bool
    ) throws {
        try work()
        try bench.ask("RECORD idempotency_key bob user bob model small run r2 cost_usd 0.5")
        try rollUp()
        #expect(try bench.control("verify").status == 0)
        let parts = spoil[1].split(separator: ":").map(String.init)
        let set = try ranking(parts[0], parts[1])
        let before = try scores(set)
        var words = spoil
        words[1] = set
        try bench.redis.command(words)
        let ran = try bench.control("verify")
        #expect(ran.status == 1)
        #expect(ran.output.contains("\(set): ") && ran.output.contains(message), "\(ran.output)")
        let mended = try bench.control("verify --repair --yes --reason disk --json")
        #expect(mended.status == (isMended ? 0 : 1), "\(mended.output) \(mended.errors)")
        guard isMended else { return }
        #expect(try scores(set).filter { $0.value != "0" } == before)
        #expect(try bench.redis.command("PTTL", set).integer.map { $0 > 0 } == true)
        #expect(try bench.control("audit verify").status == 0)
        // What is entered from then on is added to that.
        try bench.ask("CHARGE idempotency_key more \(Self.call)")
        try rollUp()
        #expect(try bench.control("verify").status == 0)
    }

    private func scores(_ set: String) throws -> [String: String] {
        let texts = try bench.redis.command("ZRANGE", set, "0", "-1", "WITHSCORES").array ?? []
        return Dictionary(
            uniqueKeysWithValues: stride(from: 0, to: texts.count - 1, by: 2).map {
                (texts[$0].string ?? "", texts[$0 + 1].string ?? "")
            })
    }

    /// More names than one page has, one of them spoilt.
    @Test func aLargeRankingIsReadWhole() throws {
        let lines = (0..<2500).map {
            "RECORD idempotency_key u\($0) user user-\($0) cost_usd 0.\($0 + 1000)"
        }
        for some in stride(from: 0, to: lines.count, by: 500) {
            let connection = try BlockingConnection(unixPath: bench.socketPath)
            for line in lines[some..<some + 500] {
                _ = try connection.command(line.split(separator: " ").map(String.init))
            }
        }
        try rollUp()
        let fine = try bench.control("verify --json")
        #expect(fine.status == 0, "\(fine.output)")
        #expect((fine.json["ranked"] as? Int ?? 0) > 2 * 4 * 2500)
        let set = try ranking("user", "cost")
        try bench.redis.command("ZINCRBY", set, "1", "user-1234")
        try bench.redis.command("ZREM", set, "user-77")
        let ran = try bench.control("verify --json")
        let fields = ran.list("differences").map { $0["field"] as? String }
        #expect(fields == ["user-1234", "user-77"])
        #expect(try bench.control("verify --repair --yes --reason x").status == 0)
    }

    /// Of windows that began before the journal does it can't be told; it says so.
    @Test func whatATrimmedJournalCantTellIsSaid() throws {
        try work()
        try rollUp()
        try bench.redis.command("XTRIM", "b:{default}:journal", "MAXLEN", "30")
        try bench.redis.command("ZINCRBY", try ranking("user", "cost"), "1", "alice")
        let ran = try bench.control("verify")
        #expect(ran.status == 0, "\(ran.output)")
        let year = /rankings were not compared: compared are windows that began behind 20\d\d-/
        #expect(try year.firstMatch(in: ran.output) != nil, "\(ran.output)")
    }

    /// As a version left them that didn't note it.
    @Test func whatWasRolledUpUnderNobodyKnowsWhichTimeZoneIsSaid() throws {
        try work()
        try rollUp()
        try bench.redis.command("HDEL", "b:{default}:rolled", "zone", "since")
        try bench.redis.command("ZINCRBY", try ranking("user", "cost"), "1", "alice")
        let ran = try bench.control("verify")
        #expect(ran.status == 0, "\(ran.output)")
        #expect(
            ran.output.contains("not compared: rolled up by a version that did not "),
            "\(ran.output)")
    }

    /// What was found is what it is set back from: twice is once.
    @Test func aCorrectionOfARankingIsMadeOnce() throws {
        try work()
        try rollUp()
        let set = try ranking("user", "cost")
        let score = try #require(try bench.redis.command("ZSCORE", set, "alice").string)
        try bench.redis.command("ZADD", set, "5", "alice")
        func correct(_ key: String, _ changes: String) throws -> RESPValue {
            try bench.ask([
                "CORRECT", "key", set, "changes", changes, "as_of", "1", "reason", "x",
                "idempotency_key", key,
            ])
        }
        #expect(try correct("a", "alice 5 \(score) 0")["after"]?.string?.hasSuffix(score) == true)
        #expect(try correct("a", "alice 5 \(score) 0")["replayed"]?.integer == 1)
        #expect(try correct("b", "alice 5 \(score) 0").errorCode == "CONFLICT")
        #expect(try correct("c", "alice - 7 0").errorCode == "CONFLICT")
        #expect(try bench.redis.command("ZSCORE", set, "alice").string == score)
        #expect(try bench.control("verify").status == 0)
        // Another tenant's is none of this one's.
        let other = set.replacing("{default}", with: "{other}")
        #expect(try bench.ask(["COUNTERS", "key", other]).errorCode == "BADARG")
        #expect(try bench.ask(["COUNTERS", "key", "b:{default}:steer"]).errorCode == "BADARG")
    }
}
