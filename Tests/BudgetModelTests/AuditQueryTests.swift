// Which lines of an audit a query takes.

import BudgetModel
import Testing

@Suite struct AuditQueryTests {
    private static func line(_ scope: String, at now: Int64 = 50) -> AuditLine {
        let sequence = Sequence(epoch: 1, number: now)
        return AuditLine(
            sequence: sequence, text: "", chain: "",
            entry: AuditEntry(
                moment: Moment(sequence: sequence, now: now), actor: "uid:7 pid:12", action: "set",
                scope: scope, limit: "daily", measure: .calls, before: .override(nil),
                after: .override(nil), reason: "why"))
    }

    private static func query(_ pairs: (SubjectField, String)...) -> AuditQuery {
        var subject = Subject(tenant: "acme")
        for (field, value) in pairs { subject[field] = value }
        return AuditQuery(subject: subject, count: 1, before: nil)
    }

    /// The scope of a line, what is asked for, and whether it is one.
    @Test(
        arguments: [
            ("user=u", [(.user, "u")], true), ("user=v", [(.user, "u")], false),
            ("run=r,task=t", [(.task, "t")], true), ("run=r,task=t", [(.user, "u")], false),
            ("run=r,task=t", [(.task, "t"), (.run, "r")], true),
            ("run=r", [(.task, "t"), (.run, "r")], false),
            ("user=a%2cb", [(.user, "a,b")], true), ("label.team=x", [(.label("team"), "x")], true),
            ("label.team=x", [(.label("tier"), "x")], false), ("tenant=acme", [], true),
            ("user=\u{E9}", [(.user, "e\u{301}")], false),
        ] as [(String, [(SubjectField, String)], Bool)])
    func scopes(_ scope: String, _ asked: [(SubjectField, String)], _ isTaken: Bool) {
        var subject = Subject(tenant: "acme")
        for (field, value) in asked { subject[field] = value }
        let query = AuditQuery(subject: subject, count: 1, before: nil)
        #expect(query.isFiltered == !asked.isEmpty)
        #expect(query.takes(Self.line(scope)) == isTaken)
    }

    @Test func whoWhatAndWhen() {
        let line = Self.line("user=u")
        for (isTaken, change) in [
            (true, { $0.actor = "uid:7" }), (false, { $0.actor = "uid:70" }),
            (true, { $0.actor = "uid:7 pid:12" }), (false, { $0.actor = "uid:7 pid:1" }),
            (false, { $0.actor = "uid:" }), (false, { $0.actor = "pid:12" }),
            (true, { $0.action = "set" }), (false, { $0.action = "unset" }),
            (true, { $0.limit = "daily" }), (false, { $0.limit = "Daily" }),
            (true, { $0.since = 50 }), (false, { $0.since = 51 }),
            (true, { $0.until = 51 }), (false, { $0.until = 50 }),
        ] as [(Bool, (inout AuditQuery) -> Void)] {
            var query = Self.query()
            change(&query)
            #expect(query.isFiltered)
            #expect(query.takes(line) == isTaken, "\(query)")
        }
    }

    @Test func whatCanNotBeReadIsOfAllAndOfNothing() {
        var line = Self.line("user=u")
        line.entry = nil
        #expect(Self.query().takes(line))
        #expect(!Self.query((.user, "u")).takes(line))
        var query = Self.query()
        query.since = 1
        #expect(!query.takes(line) && !query.ends(at: line))
        #expect(query.ends(at: Self.line("user=u", at: 0)))
    }
}
