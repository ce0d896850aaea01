// Reading single values. Numbers are taken from the text as it was written, never through
// floating point: 0.1 has to stay a tenth.

import BudgetModel

extension YAMLNode {
    /// A whole number in a range.
    package func whole(_ range: ClosedRange<Int64>, _ expected: String) -> Int64? {
        guard let text = text(expected) else { return nil }
        if let value = NumberText.whole(text), range.contains(value) { return value }
        refuseNumber(text, expected, isWhole: NumberText.whole(text) != nil)
        return nil
    }

    /// A decimal number, by one of the model's exact readers.
    ///
    /// - Parameter tooSmall: what is said where it would be counted as nothing.
    func decimal<Value>(
        _ expected: String, tooSmall: String = "is too small",
        _ read: (String) throws(DecimalText.Fault) -> Value
    ) -> Value? {
        guard let text = text(expected) else { return nil }
        guard let plain = NumberText.withoutUnderscores(text) else {
            refuseNumber(text, expected)
            return nil
        }
        do {
            return try read(plain)
        } catch {
            switch error {
            case .notANumber: refuseNumber(text, expected)
            case .negative: fault("\(description) is negative; expected \(expected)")
            case .tooLarge: fault("\(description) is too large; expected \(expected)")
            case .tooSmall: fault("\(description) \(tooSmall)")
            }
            return nil
        }
    }

    private func refuseNumber(_ text: String, _ expected: String, isWhole: Bool = false) {
        let what =
            if isWhole {
                "is out of range"
            } else if text.hasPrefix("-"), NumberText.isNumber(text) {
                "is negative"
            } else if NumberText.isNumber(text) {
                text.utf8.allSatisfy({ 48...57 ~= $0 || $0 == 95 })
                    ? "is too large" : "is not a whole number"
            } else {
                "is not a number"
            }
        fault("\(description) \(what); expected \(expected)")
    }

    /// A duration, in milliseconds.
    func duration(_ range: ClosedRange<Int64> = 1...DurationText.most) -> Int64? {
        guard let text = text(DurationText.expected) else { return nil }
        guard let value = DurationText.read(text) else {
            fault("\(description) is not a duration; expected \(DurationText.expected)")
            return nil
        }
        guard range.contains(value) else {
            let bounds =
                DurationText.text(range.lowerBound) + " to " + DurationText.text(range.upperBound)
            fault("\(description) is out of range; expected \(bounds)")
            return nil
        }
        return value
    }

    /// One of a few words.
    package func choice<Value>(_ values: [(name: String, value: Value)]) -> Value? {
        let names = values.map(\.name)
        let expected = "one of " + names.joined(separator: ", ")
        guard let text = text(expected) else { return nil }
        if let found = values.first(where: { $0.name == text }) { return found.value }
        let hint = NearMiss.hint(for: text, among: names)
        fault("\(description) is unknown; expected \(expected)\(hint)")
        return nil
    }

    /// A name that ends up in keys and metrics: 1 to ``Bounds/maxNameBytes`` bytes without
    /// control characters.
    package func name(_ expected: String) -> String? {
        guard let text = text(expected) else { return nil }
        return checkName(text, expected) ? text : nil
    }

    /// Checks a name that was a key.
    package func checkName(_ text: String, _ expected: String) -> Bool {
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        guard isPrintable, 1...Bounds.maxNameBytes ~= text.utf8.count else {
            fault(
                "the name is not usable; expected \(expected) of 1 to \(Bounds.maxNameBytes) "
                    + "bytes without control characters")
            return false
        }
        return true
    }

    /// A subject field by its name.
    func subjectField() -> SubjectField? {
        let names = SubjectField.named.map(\.name)
        let expected = "one of " + names.joined(separator: ", ") + ", label.<name>"
        guard let text = text(expected) else { return nil }
        if let field = SubjectField(name: text), checkName(text, "a field") { return field }
        let hint = NearMiss.hint(for: text, among: names)
        fault("\(description) is no subject field; expected \(expected)\(hint)")
        return nil
    }
}
