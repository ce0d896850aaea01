// What a Redis is refused for, as a table; each row is a sound one but for what it says.

import Testing

@testable import BudgetStore

@Suite struct ServerRulesTests {
    private static let info = [
        "redis_version": "7.0.15", "role": "master", "maxmemory_policy": "noeviction",
        "aof_enabled": "1", "connected_slaves": "0", "maxmemory": "1000",
    ]
    private static let settings = [
        "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "min-replicas-to-write": "0",
    ]

    private func facts(
        _ info: [String: String] = [:], _ settings: [String: String]? = [:], skew: Int64 = 0
    ) -> ServerFacts {
        ServerFacts(
            info: Self.info.merging(info) { $1 },
            settings: settings.map { Self.settings.merging($0) { $1 } }, skewMs: skew)
    }

    @Test func aSoundOneIsTakenWithoutAWord() {
        #expect(ServerRules().refusal(of: facts()) == nil)
        #expect(ServerRules().warnings(about: facts()) == [])
    }

    @Test(arguments: [
        ("redis_version", "6.2.7", "expected 7.0 or newer"), ("role", "slave", "its master"),
        ("maxmemory_policy", "allkeys-lru", "CONFIG SET maxmemory-policy noeviction"),
    ])
    func someThingsNobodyMayWaive(_ field: String, _ value: String, _ said: String) {
        var rules = ServerRules()
        rules.waivers = Set(ServerRules.Waiver.allCases)
        let refusal = rules.refusal(of: facts([field: value]))
        #expect(refusal?.contains(said) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains(value) == true)
    }

    @Test func whoeverLacksARightIsToldWhich() {
        var rules = ServerRules()
        rules.waivers = Set(ServerRules.Waiver.allCases)
        var facts = facts()
        facts.user = "budgetd"
        facts.refused = ["HINCRBY", "XINFO STREAM"]
        #expect(
            rules.refusal(of: facts)
                == "Redis refuses the user budgetd the commands HINCRBY, XINFO STREAM on keys of "
                + "b:*; expected the rights in CONFIGURATION.md")
    }

    @Test(
        arguments: [
            (["aof_enabled": "0"], [:], .appendonly), ([:], ["appendfsync": "no"], .appendfsync),
            ([:], ["no-appendfsync-on-rewrite": "yes"], .rewrite),
        ] as [([String: String], [String: String], ServerRules.Waiver)])
    func someThingsAnOperatorMay(
        _ info: [String: String], _ settings: [String: String], _ waiver: ServerRules.Waiver
    ) {
        var rules = ServerRules()
        let refusal = rules.refusal(of: facts(info, settings))
        #expect(refusal?.contains("redis.allow: [\(waiver.rawValue)]") == true)
        rules.waivers = [waiver]
        #expect(rules.refusal(of: facts(info, settings)) == nil)
        rules.waivers = Set(ServerRules.Waiver.allCases).subtracting([waiver])
        #expect(rules.refusal(of: facts(info, settings)) == refusal)
    }

    @Test func whatCanNotBeAskedHasToBeSaid() {
        var rules = ServerRules()
        #expect(rules.refusal(of: facts([:], nil))?.contains("redis.assume") == true)
        rules.assumedFsync = .always
        #expect(rules.refusal(of: facts([:], nil)) == nil)
        rules.assumedFsync = .no
        #expect(rules.refusal(of: facts([:], nil))?.contains("appendfsync is no") == true)
        // Where it can be asked, what is assumed counts for nothing.
        rules.assumedFsync = .always
        #expect(rules.refusal(of: facts([:], ["appendfsync": "no"])) != nil)
    }

    @Test func warnings() {
        let rules = ServerRules()
        #expect(rules.warnings(about: facts([:], ["appendfsync": "everysec"])).count == 1)
        let replicas = facts(["connected_slaves": "2"])
        #expect(rules.warnings(about: replicas).first?.hasPrefix("there are 2 replicas") == true)
        let guarded = facts(["connected_slaves": "2"], ["min-replicas-to-write": "1"])
        #expect(rules.warnings(about: guarded) == [])
        for (skew, count) in [(500, 0), (501, 1), (-500, 0), (-501, 1)] as [(Int64, Int)] {
            #expect(rules.warnings(about: facts(skew: skew)).count == count)
        }
        #expect(rules.warnings(about: facts(["maxmemory": "0"])).count == 1)
    }
}
