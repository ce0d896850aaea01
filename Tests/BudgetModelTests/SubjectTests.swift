// Subjects, their fields and the scopes that limits cut out of them.

import BudgetModel
import Testing

@Suite struct SubjectTests {
    @Test func everyFieldIsReadAsItIsWritten() {
        var subject = Subject()
        for (index, field) in (SubjectField.named + [.label("tier")]).enumerated() {
            subject[field] = "v\(index)"
            #expect(subject[field] == "v\(index)")
            #expect(SubjectField(name: field.name) == field)
        }
        #expect(subject.fields.map(\.field) == SubjectField.named + [.label("tier")])
    }

    @Test(arguments: ["", "label", "label.", "Tenant", "model", "users"])
    func noSuchField(name: String) {
        #expect(SubjectField(name: name) == nil)
    }

    @Test func aSubjectAlwaysHasATenant() {
        var subject = Subject(tenant: "acme")
        subject[.tenant] = nil
        #expect(subject.tenant == "default")
        #expect(subject.fields.count == 1)
    }

    @Test func labelsAreSortedAndUnique() {
        var subject = Subject()
        for name in ["b", "c", "a", "b"] { subject[.label(name)] = name + "!" }
        #expect(subject.labels.map(\.name) == ["a", "b", "c"])
        subject[.label("b")] = nil
        #expect(subject.labels.map(\.value) == ["a!", "c!"])
    }

    @Test func aScopeNeedsAllItsFields() throws {
        var subject = Subject()
        subject.run = "r1"
        #expect(Scope(of: subject, per: [.run, .task]) == nil)
        subject.task = "t=2,x"
        let scope = try #require(Scope(of: subject, per: [.run, .task]))
        #expect(scope.text == "run=r1,task=t=2,x")
        #expect(Scope(of: subject, per: [.tenant])?.text == "tenant=default")
    }

    @Test func scopesDifferByFieldAndValue() {
        var subject = Subject()
        subject.user = "x"
        subject.run = "x"
        #expect(Scope(of: subject, per: [.user]) != Scope(of: subject, per: [.run]))
        #expect(Scope(of: subject, per: [.user]) == Scope(of: subject, per: [.user]))
    }

    @Test func fieldsHaveOneOrder() {
        let mixed: [SubjectField] = [.label("b"), .task, .label("a"), .tenant, .run]
        #expect(mixed.sorted() == [.tenant, .run, .task, .label("a"), .label("b")])
    }
}
