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
    private let troubles = UpkeepTroubles()
    private let log = LineCollector()

    /// Each tenant spends twice, holds for a moment, and has more than its cap for a moment.
    init() async throws {
        redis = try TestRedis()
        let loop = group.next()
        let path = redis.socketPath
        let witness = redis.directory + "/witness"
        let logger = log.logger()
        let store = try await loop.submit {
            let link = RedisLink(
                configuration: .init(endpoint: .unix(path: path)), eventLoop: loop)
            link.start()
            let judge = LossJudge(witness: try Witness.load(path: witness))
            let store = RedisStore(link: link, judge: judge, logger: logger)
            store.adopt(
                Policy(
                    reservations: ReservationRules(graceMs: 0), keep: Retention(journalMs: 1000)))
            store.testClock = Self.begin
            return NIOLoopBound(store, eventLoop: loop)
        }.get()
        upkeep = Upkeep(store: store, troubles: troubles, logger: logger)
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

    /// A TOP is not to wait for what many new users spent, nor Redis to work for few.
    @Test func rankingsThatAreFarBehindAreCaughtUpWith() async throws {
        let journals = JournalService(upkeep: upkeep)
        await journals.catchUp()
        #expect(try redis.command("KEYS", "b:*:top:*").array?.isEmpty == true)
        try await charge("bob", 1100)
        await journals.catchUp()
        let month = try redis.command("KEYS", "b:{bob}:top:user:calls:M*").array?.first?.string
        #expect(try redis.command("ZSCORE", month ?? "", "u").string == "1102")
        #expect(try redis.command("KEYS", "b:{ann}:top:*").array?.isEmpty == true)
        let rolled = try redis.command("HGET", "b:{bob}:rolled", "seq").string
        #expect(rolled == "0-1104")
    }

    /// Where more comes than could be taken in, it waits until less does.
    @Test func aTenantThatEntersMuchIsCaughtUpWithLater() async throws {
        let journals = JournalService(upkeep: upkeep)
        await journals.catchUp()
        try await charge("cid", 2100)
        await journals.catchUp()
        #expect(try redis.command("KEYS", "b:*:top:*").array?.isEmpty == true)
        await journals.catchUp()
        #expect(try number("EXISTS", "b:{cid}:rolled") == 1)
        #expect(try redis.command("KEYS", "b:{cid}:top:user:*").array?.isEmpty == false)
    }

    private func charge(_ tenant: String, _ count: Int) async throws {
        let charges = (0..<count).map { Step.admit(Self.admission(.charge, tenant, "m\($0)")) }
        let loop = upkeep.store.eventLoop
        for some in stride(from: 0, to: charges.count, by: 100) {
            _ = try await loop.flatSubmit { [store = upkeep.store] in
                EventLoopFuture.andAllSucceed(
                    charges[some..<some + 100].map { step in
                        let promise = loop.makePromise(of: Void.self)
                        store.value.perform(step) { result in
                            promise.completeWith(
                                result.map { _ in }.mapError { $0 as any Error })
                        }
                        return promise.futureResult
                    }, on: loop)
            }.get()
        }
    }

    /// What INFO tells.
    private func told(_ name: String) -> String? {
        troubles.information(at: 0).lines.first { $0.key == name }?.value
    }

    /// Every second it fails; once it is told, until it is another fault, or mended.
    @Test func whatIsBrokenIsToldOnce() async throws {
        let sweeps = SweepService(upkeep: upkeep)
        await sweeps.sweep()
        #expect(log.lines.isEmpty, "\(log.lines)")
        #expect(troubles.information(at: 0).lines.map(\.key) == ["upkeep_tenants_in_trouble"])
        try redis.command("SET", "b:{bob}:holds", "of another type")
        for _ in 1...5 { await sweeps.sweep() }
        #expect(
            log.lines == [
                "error Redis refused a question error=WRONGTYPE Operation against a key holding "
                    + "the wrong kind of value question=ZRANGEBYSCORE b:{bob}:holds",
                "warning sweep failed error=INTERNAL Redis answered WRONGTYPE to "
                    + "ZRANGEBYSCORE b:{bob}:holds tenant=bob",
            ])
        #expect(told("upkeep_tenants_in_trouble") == "1")
        #expect(told("upkeep_tenants") == "bob")
        #expect(
            told("upkeep_error")
                == "bob: sweep failed: INTERNAL Redis answered WRONGTYPE to ZRANGEBYSCORE "
                + "b:{bob}:holds")
        #expect(troubles.count == 1)
        try redis.command("SET", "b:{ann}:steer", "of another type")
        let journals = JournalService(upkeep: upkeep)
        for _ in 1...3 { await journals.keepUp() }
        let more = log.lines.dropFirst(2)
        #expect(more.count { $0.hasPrefix("warning") } == 1, "\(log.lines)")
        #expect(more.allSatisfy { $0.contains("ann") }, "\(log.lines)")
        #expect(told("upkeep_tenants") == "ann,bob")
        let before = log.lines.count
        try redis.command("DEL", "b:{bob}:holds", "b:{ann}:steer")
        for _ in 1...3 {
            await sweeps.sweep()
            await journals.keepUp()
        }
        #expect(
            log.lines.dropFirst(before) == [
                "notice upkeep goes on after=sweep failed tenant=bob",
                "notice upkeep goes on after=journals not kept up with tenant=ann",
            ])
        #expect(told("upkeep_tenants_in_trouble") == "0")
        // It is news again.
        try redis.command("SET", "b:{bob}:holds", "of another type")
        await sweeps.sweep()
        #expect(
            log.lines.last == "warning sweep failed error=INTERNAL Redis answered WRONGTYPE to "
                + "ZRANGEBYSCORE b:{bob}:holds tenant=bob")
    }

    /// A hold whose record is broken stays, and is told of as a tenant's trouble.
    @Test func aHoldThatCanNotBeEndedIsToldOnce() async throws {
        let key = try #require(try redis.command("ZRANGE", "b:{dan}:holds", "0", "0")[0]?.string)
        try redis.command("DEL", key)
        try redis.command("SET", key, "of another type")
        let sweeps = SweepService(upkeep: upkeep)
        for _ in 1...4 { await sweeps.sweep() }
        #expect(log.lines.count { $0.hasPrefix("warning") } == 1, "\(log.lines)")
        #expect(log.lines.count <= 3, "\(log.lines)")
        #expect(
            told("upkeep_error")
                == "dan: sweep failed: INTERNAL what Redis holds of 1 overdue hold is broken")
        #expect(try number("ZCARD", "b:{dan}:holds") == 1)
        #expect(try number("ZCARD", "b:{ann}:holds") == 0)
    }

    /// All tenants are out of reach: told once, and as nobody's data being broken.
    @Test func aRedisThatIsAwayIsToldOnce() async throws {
        let sweeps = SweepService(upkeep: upkeep)
        await sweeps.sweep()
        redis.kill()
        for _ in 1...2 { await sweeps.sweep() }
        #expect(log.lines.count { $0.hasPrefix("warning sweep failed") } == 1, "\(log.lines)")
        #expect(troubles.count == 0)
        try redis.start()
        let mended = "notice upkeep goes on after=sweep failed"
        for _ in 1...1000 where log.lines.last != mended { await sweeps.sweep() }
        #expect(log.lines.last == mended, "\(log.lines)")
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
