// What the daemon does for every tenant of its own accord, on a real Redis where one tenant's keys
// are broken: the others' journals, rankings, caps and holds are looked after all the same.

import BudgetModel
import BudgetStore
import Logging
import NIOCore
import NIOPosix
import RedisClient
import TestSupport
import Testing

@testable import BudgetDaemon

@Suite struct UpkeepTests {
    private static let tenants = ["ann", "bob", "cid", "dan"]
    /// Unix time in milliseconds.
    private static let begin: Int64 = 1_795_000_000_000

    private let redis: TestRedis
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let upkeep: Upkeep

    /// Each tenant spends twice, holds for a moment, and has more than its cap for a moment.
    init() async throws {
        redis = try TestRedis()
        let loop = group.next()
        let path = redis.socketPath
        let silent = Logger(label: "upkeep", factory: { _ in SwiftLogNoOpLogHandler() })
        let store = try await loop.submit {
            let link = RedisLink(
                configuration: .init(endpoint: .unix(path: path)), eventLoop: loop)
            link.start()
            let store = RedisStore(link: link, logger: silent)
            store.adopt(
                Policy(
                    reservations: ReservationRules(graceMs: 0), keep: Retention(journalMs: 1000)))
            store.testClock = Self.begin
            return NIOLoopBound(store, eventLoop: loop)
        }.get()
        upkeep = Upkeep(store: store, logger: silent)
        for tenant in Self.tenants {
            for (key, kind) in [("a", Admission.Kind.charge), ("b", .charge), ("c", .reserve)] {
                let step = Step.admit(Self.admission(kind, tenant, key))
                _ = try await store.ask { $0.perform(step, completion: $1) }
            }
            let act = try Self.grant(tenant)
            _ = try await store.ask { $0.perform(act, completion: $1) }
        }
        try await loop.submit { store.value.testClock = Self.begin + 60_000 }.get()
    }

    private static func id(_ tenant: String, _ key: String) -> ReservationID {
        ReservationID(
            tenant: tenant, digest: String((key + String(repeating: "_", count: 22)).prefix(22)))
    }

    private static func admission(
        _ kind: Admission.Kind, _ tenant: String, _ key: String
    ) -> Admission {
        var subject = Subject(tenant: tenant)
        subject.user = "u"
        var usage = Usage()
        usage.inputTokens = 1
        return Admission(
            kind: kind, id: id(tenant, key),
            call: PricedCall(
                subject: subject, usage: usage, amounts: Amounts(usage, cost: 1),
                priceVersion: "v", bodyDigest: key),
            limits: [], validFrom: 0, validUntil: .max, timeToLive: 1000)
    }

    private static func grant(_ tenant: String) throws -> Act {
        let limit = Limit(
            name: "daily", per: [.user], window: .calendar(.day), measure: .calls, cap: 10)
        var subject = Subject(tenant: tenant)
        subject.user = "u"
        return Act(
            id: id(tenant, "g"), bodyDigest: "g", actor: "test", reason: "more",
            scope: try #require(Scope(of: subject, per: [.user])), limit: limit,
            change: .grant(5, until: begin + 1000))
    }

    private func number(_ words: String...) throws -> Int64? {
        try redis.command(words).integer
    }

    /// Whichever tenant is the broken one, since Redis tells them in no order.
    @Test(arguments: tenants, ["rolled", "rolling", "journal", "steer"])
    func aBrokenTenantKeepsNoJournalFromBeingKeptUpWith(
        _ broken: String, _ part: String
    ) async throws {
        let key = "b:{\(broken)}:\(part)"
        try redis.command("DEL", key)
        try redis.command("SET", key, "of another type")
        await JournalService(upkeep: upkeep).keepUp()
        for tenant in Self.tenants where tenant != broken {
            let prefix = "b:{\(tenant)}:"
            #expect(try number("XLEN", prefix + "journal") == 1, "the newest stays")
            #expect(try number("EXISTS", prefix + "steer") == 0)
            let rankings = try redis.command("KEYS", prefix + "top:user:calls:*").array ?? []
            #expect(rankings.count == 4, "\(tenant)")
        }
        #expect(try redis.command("GET", key).string == "of another type")
        // What is not broken of that tenant is looked after too.
        if part.hasPrefix("roll") { #expect(try number("EXISTS", "b:{\(broken)}:steer") == 0) }
    }

    @Test(arguments: tenants) func aBrokenTenantKeepsNoHoldFromBeingEnded(
        _ broken: String
    ) async throws {
        let key = "b:{\(broken)}:holds"
        try redis.command("DEL", key)
        try redis.command("SET", key, "of another type")
        await SweepService(upkeep: upkeep).sweep()
        for tenant in Self.tenants where tenant != broken {
            #expect(try number("ZCARD", "b:{\(tenant)}:holds") == 0, "\(tenant)")
            let newest = try redis.command(
                "XREVRANGE", "b:{\(tenant)}:journal", "+", "-", "COUNT", "1")
            let text = newest[0]?[1]?[3]?.string ?? ""
            #expect(text.hasPrefix("E"), "\(text)")
        }
    }
}
