// TOP: who spends most; HISTORY: when.

import BudgetModel

extension BudgetService {
    func top(
        _ request: CommandRequest, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        let query = TopQuery(
            tenant: fields.subject.tenant,
            field: try topField(request.positions[0], among: TopField.named),
            measure: try Self.measure(request.positions[1]),
            window: try Self.window(request.positions[2], among: TopQuery.windows),
            count: fields.count ?? Bounds.defaultTop)
        ledger.top(query) { result in
            completion(result.map { TopAnswer.answer($0, query, self.policy) })
        }
    }

    func history(
        _ request: CommandRequest, _ fields: FieldReader.Fields, _ completion: @escaping Completion
    ) throws(BudgetError) {
        let field = try topField(request.positions[0], among: [.tenant] + TopField.named)
        let query = HistoryQuery(
            tenant: fields.subject.tenant, field: field,
            measure: try Self.measure(request.positions[1]),
            window: try Self.window(
                request.positions[2], among: HistoryQuery.windows(of: field)),
            name: fields.of,
            count: min(fields.count ?? Bounds.defaultHistory, Bounds.maxHistory))
        ledger.history(query) { result in
            completion(result.map { TopAnswer.history($0, query, self.policy) })
        }
    }

    /// The field of that name, or that a name of the house's own stands for.
    private func topField(
        _ name: String, among known: [TopField]
    ) throws(BudgetError) -> TopField {
        let field = TopField(name: policy.fields[name]?.name ?? name)
        if case .label(let label) = field {
            return .label(try FieldText.name("label name", label))
        }
        if let field, known.contains(field) { return field }
        throw Self.fault("field", name, known.map(\.name), "label.<name>")
    }

    private static func measure(_ name: String) throws(BudgetError) -> Measure {
        try choice("measure", name, among: Measure.sums.map { ($0.name, $0) })
    }

    private static func window(
        _ name: String, among known: [CalendarUnit]
    ) throws(BudgetError) -> CalendarUnit {
        try choice("window", name, among: known.map { ($0.rawValue, $0) })
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
