// A store on a fresh Redis under a few limits, and short ways to make calls.

import BudgetModel
import Foundation
import RESP
import TestSupport

@testable import BudgetStore

final class PromiseFixture {
    struct NoRecord: Error { let id: String }

    /// A Sunday in 2027, 12:00 in Berlin.
    static let noon: Int64 = 1_805_626_800_000 - 3_600_000 * 9

    let redis: TestRedis
    let harness: StoreHarness
    let tenant: String
    private(set) var planner: StepPlanner
    private(set) var now = noon
    private var keys = 0

    init(
        _ limits: [Limit], tenant: String = "acme", stores: Int = 1, on redis: TestRedis? = nil
    ) throws {
        self.redis = try redis ?? TestRedis()
        self.tenant = tenant
        harness = try StoreHarness(self.redis.socketPath, stores: stores)
        planner = StepPlanner(limits)
        try harness.setClock(now)
    }

    func advance(by milliseconds: Int64) throws { try advance(to: now + milliseconds) }

    func advance(to moment: Int64) throws {
        now = moment
        try harness.setClock(now)
    }

    static func limit(
        _ measure: Measure, _ cap: Int64, per: [SubjectField] = [.user],
        _ window: Window = .calendar(.day), mode: Limit.Mode = .enforce
    ) -> Limit {
        Limit(
            name: "\(per.map(\.name))-\(window.name)-\(measure.name)", per: per, window: window,
            measure: measure, cap: cap, mode: mode)
    }

    func subject(_ user: String = "ann", run: String? = nil, task: String? = nil) -> Subject {
        var subject = Subject(tenant: tenant)
        subject.user = user
        subject.run = run
        subject.task = task
        return subject
    }

    static func call(_ subject: Subject, cost: Int64, tokens: Int64 = 1) -> PricedCall {
        var usage = Usage()
        usage.inputTokens = tokens
        return PricedCall(
            subject: subject, usage: usage, amounts: Amounts(usage, cost: cost), priceVersion: "v",
            bodyDigest: "\(cost)/\(tokens)")
    }

    /// A digest of 22 characters.
    static func digest(_ key: String) -> String {
        String((key + String(repeating: "_", count: 22)).prefix(22))
    }

    func admission(
        _ kind: Admission.Kind, _ subject: Subject? = nil, cost: Int64 = 1, tokens: Int64 = 1,
        key: String? = nil, preset: Admission.Preset? = nil
    ) -> Admission {
        keys += 1
        let id = ReservationID(tenant: tenant, digest: Self.digest(key ?? "key\(keys)"))
        let call = Self.call(subject ?? self.subject(), cost: cost, tokens: tokens)
        return planner.plan(
            StepPlanner.Request(kind: kind, id: id, call: call, preset: preset), at: now)
    }

    /// Carries an admission out and gives its record.
    func made(_ admission: Admission) throws -> Reservation {
        _ = try harness.perform(.admit(admission))
        return try record(admission.id)
    }

    func record(_ id: ReservationID) throws -> Reservation {
        guard case .found(let reservation) = try harness.perform(.status(id)).result else {
            throw NoRecord(id: id.text)
        }
        return reservation
    }

    func settlement(
        _ kind: Settlement.Kind, _ reservation: Reservation, cost: Int64 = 0, tokens: Int64 = 0
    ) -> Settlement {
        var call = Self.call(reservation.call.subject, cost: cost, tokens: tokens)
        if kind != .commit { call.amounts = Amounts() }
        return planner.settle(kind, reservation, call, at: now)
    }

    /// What the limits of a subject stand at.
    func standings(_ subject: Subject? = nil) throws -> [LimitStanding] {
        let step = usage(subject ?? self.subject())
        guard case .usage(let standings) = try harness.perform(step).result else { return [] }
        return standings
    }

    func usage(_ subject: Subject) -> Step { planner.usage(subject, Usage(), at: now) }

    func books() throws -> RedisBooks { try RedisBooks(redis, tenant: tenant) }
}

extension RedisBooks {
    /// Everything that Redis holds, key by key, except what those of `exceptions` hold.
    func dump(without exceptions: [String] = []) throws -> [ExactName: RESPValue] {
        var all: [ExactName: RESPValue] = [:]
        for key in try (ask("KEYS", "*").array ?? []).compactMap(\.string)
        where !exceptions.contains(key) {
            all[ExactName(key)] = try ask("DUMP", key)
        }
        return all
    }
}

extension Admission {
    /// The same with other limits, or as another tenant's.
    func copy(limits: [PlannedLimit]? = nil, tenant: String? = nil) -> Admission {
        var call = call
        if let tenant { call.subject.tenant = tenant }
        return Admission(
            kind: kind, id: ReservationID(tenant: tenant ?? id.tenant, digest: id.digest),
            call: call, limits: limits ?? self.limits, validFrom: validFrom,
            validUntil: validUntil, timeToLive: timeToLive, preset: preset)
    }
}
