// TOP: who spends most.

import BudgetModel

extension BudgetService {
    func top(
        _ request: CommandRequest, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        let query = TopQuery(
            tenant: fields.subject.tenant, field: try topField(request.positions[0]),
            measure: try Self.choice(
                "measure", request.positions[1], among: Measure.sums.map { ($0.name, $0) }),
            window: try Self.choice(
                "window", request.positions[2], among: TopQuery.windows.map { ($0.rawValue, $0) }),
            count: fields.count ?? Bounds.defaultTop)
        ledger.top(query) { result in
            completion(result.map { TopAnswer.answer($0, query, self.policy) })
        }
    }

    /// The field of that name, or that a name of the house's own stands for.
    private func topField(_ name: String) throws(BudgetError) -> TopField {
        let field = TopField(name: policy.fields[name]?.name ?? name)
        if case .label(let label) = field {
            return .label(try FieldText.name("label name", label))
        }
        if let field { return field }
        throw Self.fault("field", name, TopField.named.map(\.name), "label.<name>")
    }

    private static func choice<Value>(
        _ place: String, _ name: String, among choices: [(name: String, value: Value)]
    ) throws(BudgetError) -> Value {
        if let found = choices.first(where: { $0.name == name }) { return found.value }
        throw fault(place, name, choices.map(\.name))
    }

    private static func fault(
        _ place: String, _ word: String, _ known: [String], _ more: String...
    ) -> BudgetError {
        BudgetError(
            .badArgument,
            "\(place) is \(FieldText.shown(word)); expected one of "
                + (known + more).joined(separator: ", ") + NearMiss.hint(for: word, among: known))
    }
}
