// Counting, adding up, and Prometheus's text.

import BudgetModel
import BudgetService
import Testing

@testable import HTTPAPI

@Suite struct MetricsTests {
    private func call(_ tenant: String, _ model: String?, tokens: Int64 = 10) -> PricedCall {
        var subject = Subject()
        subject[.tenant] = tenant
        var usage = Usage()
        usage.model = model
        var amounts = Amounts()
        amounts.cost = 1_500_000_000
        amounts.inputTokens = tokens
        return PricedCall(
            subject: subject, usage: usage, amounts: amounts, priceVersion: "", bodyDigest: "")
    }

    private func admission(_ kind: Admission.Kind, _ call: PricedCall) -> Admission {
        Admission(
            kind: kind, id: ReservationID(tenant: call.subject.tenant, digest: ""), call: call,
            limits: [], validFrom: 0, validUntil: 0, timeToLive: 0)
    }

    private func text(_ metrics: LoopMetrics) -> String {
        metrics.counts.families.map(\.text).joined()
    }

    @Test func decisionsAndSpending() {
        let metrics = LoopMetrics(series: SpendSeries())
        metrics.decided(admission(.charge, call("acme", "gpt")), denied: nil)
        metrics.decided(admission(.charge, call("acme", "gpt")), denied: .limitExceeded)
        metrics.decided(admission(.record, call("acme", nil)), denied: nil)
        metrics.decided(admission(.check, call("acme", "gpt")), denied: .rateLimited)
        let text = text(metrics)
        let decisions = "budgetd_decisions_total{command=\"c"
        for line in [
            decisions + "harge\",decision=\"allow\",reason=\"\"} 1",
            decisions + "harge\",decision=\"deny\",reason=\"limit_exceeded\"} 1",
            decisions + "heck\",decision=\"deny\",reason=\"rate_limited\"} 1",
            "budgetd_reservations_total{event=\"charged\"} 1",
            "budgetd_reservations_total{event=\"recorded\"} 1",
            "budgetd_cost_usd_total{tenant=\"acme\",model=\"gpt\"} 1.5",
            "budgetd_tokens_total{tenant=\"acme\",model=\"\"} 10",
            "budgetd_tokens_per_request_bucket{le=\"100\"} 2",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
    }

    @Test func pairsBeyondTheBoundAreSummedAsOther() {
        let series = SpendSeries()
        let loops = [LoopMetrics(series: series), LoopMetrics(series: series)]
        for number in 0..<(SpendSeries.most + 50) {
            loops[number % 2].decided(admission(.charge, call("t\(number)", "m")), denied: nil)
        }
        var counts = loops[0].counts
        counts.add(loops[1].counts)
        #expect(counts.spending.pairs.count == SpendSeries.most + 1)
        let other = counts.spending.place(.other).map { counts.spending.sums[$0] }
        #expect(other == Spend(cost: 50 * 1_500_000_000, tokens: 500))
        let all = counts.spending.sums.map(\.tokens).reduce(0, +)
        #expect(all == Int64(SpendSeries.most + 50) * 10)
    }

    @Test func aTenantTakesNoSeriesOfOthers() {
        let metrics = LoopMetrics(series: SpendSeries())
        for number in 0..<500 {
            metrics.decided(admission(.charge, call("acme", "m\(number)")), denied: nil)
        }
        metrics.decided(admission(.charge, call("big", "gpt")), denied: nil)
        let spending = metrics.counts.spending
        let own = SpendSeries.mostOfTenant
        #expect(spending.pairs.filter { $0.tenant == "acme" }.count == own + 1)
        let rest = spending.place(SpendKey(tenant: "acme", model: "other"))
        #expect(rest.map { spending.sums[$0].tokens } == Int64(500 - own) * 10)
        let big = spending.place(SpendKey(tenant: "big", model: "gpt"))
        #expect(big.map { spending.sums[$0].tokens } == 10)
    }

    @Test func namesAreEscaped() {
        let metrics = LoopMetrics(series: SpendSeries())
        metrics.decided(admission(.charge, call("a\"b\\c\nd", "gpt")), denied: nil)
        #expect(text(metrics).contains("{tenant=\"a\\\"b\\\\c\\nd\",model=\"gpt\"}"))
    }

    @Test func aHistogramCountsByTheFirstBoundThatIsNotExceeded() {
        var histogram = Histogram([1, 10])
        for value: Int64 in [0, 1, 2, 10, 11] { histogram.add(value) }
        #expect(histogram.counts == [2, 2, 1])
        var both = histogram
        both.add(histogram)
        #expect(both.count == 10)
        let lines = MetricFamily("x", .histogram, "h", MetricFamily.samples(histogram)).text
        #expect(
            lines == """
                # HELP budgetd_x h
                # TYPE budgetd_x histogram
                budgetd_x_bucket{le="1"} 2
                budgetd_x_bucket{le="10"} 4
                budgetd_x_bucket{le="+Inf"} 5
                budgetd_x_sum 24
                budgetd_x_count 5

                """)
    }
}
