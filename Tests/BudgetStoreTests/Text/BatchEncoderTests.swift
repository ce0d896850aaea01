// An encoder that wrote other calls before writes what a new one writes.

import BudgetModel
import NIOCore
import Testing

@testable import BudgetStore

@Suite struct BatchEncoderTests {
    private let limits = [
        Limit(
            name: "cost", per: [.tenant], window: .calendar(.month), measure: .cost,
            cap: 1_000_000_000, warnAt: [0.5, 0.8]),
        Limit(
            name: "tokens", per: [.user], window: .rolling(milliseconds: 86_400_000),
            measure: .tokens, cap: 1_000_000),
        Limit(
            name: "tasks", per: [.run], window: .lifetime(idleMilliseconds: nil),
            measure: .tasks, cap: 100),
    ]

    /// Charges and holds of many users, so that there are more places than are compared one by one;
    /// another tenant's are under the same limits in another order.
    private func steps(_ numbers: Range<Int>, tenant: String) -> [Step] {
        var planner = StepPlanner(tenant == "acme" ? limits : limits.reversed())
        return numbers.map { number in
            var subject = Subject(tenant: tenant)
            subject.user = "user \(number)"
            subject.run = "run \(number % 7)"
            subject.task = "task \(number)"
            let digest = PromiseFixture.digest("call \(number)")
            var call = PromiseFixture.call(subject, cost: Int64(number), tokens: 7)
            call.bodyDigest = digest
            return .admit(
                planner.plan(
                    .init(
                        kind: number.isMultiple(of: 2) ? .charge : .reserve,
                        id: ReservationID(tenant: tenant, digest: digest), call: call),
                    at: 1_790_000_000_000))
        }
    }

    @Test func nothingIsLeftOfTheCallBefore() {
        var settings = BatchEncoder.Settings()
        settings.epoch = 3
        let calls: [([Step], String, BatchEncoder.Settings)] = [
            (steps(0..<64, tenant: "acme"), "acme", settings),
            (steps(70..<71, tenant: "globex"), "globex", .init()),
            ([], "globex", settings),
            (steps(10..<40, tenant: "acme"), "acme", .init()),
            ([.status(ReservationID(tenant: "acme", digest: "x"))], "acme", settings),
        ]
        var used = BatchEncoder()
        for (steps, tenant, settings) in calls {
            var fresh = BatchEncoder()
            #expect(
                used.encode(steps, tenant: tenant, settings: settings)
                    == fresh.encode(steps, tenant: tenant, settings: settings))
            #expect(used.count == fresh.count && used.keyCount == fresh.keyCount)
        }
    }
}
