// LiteLLM's price file (model_prices_and_context_window.json), read as it is: a JSON object from
// names of models to their prices, which hold from the beginning of time.
//
// A name is a model, or a provider and a model; `litellm_provider` says which. What LiteLLM looks
// up first, the name with its provider, wins over the plain one. Nothing of an item is an error of
// the policy: the file is somebody else's and changes daily. An item with a price that is no price
// is left out, so that its calls are those of an unknown model, and PriceCheck lists it.

import BudgetModel

/// Reads a price file of LiteLLM.
struct LiteLLMFile {
    /// The item that describes the others.
    private static let description = "sample_spec"

    private struct Held {
        let name: String
        let entry: PriceEntry
    }

    private let file: String
    private(set) var items = 0
    private(set) var findings: [PriceFinding] = []
    private var byItem: [PriceEntry.Item: Held] = [:]

    var entries: [PriceEntry] { byItem.values.map(\.entry) }

    /// Whether a file is a JSON object whose first member is none of ours.
    static func isMeant(_ text: String, beside own: [String] = PricesReader.keys) -> Bool {
        // No key of ours is longer.
        let bytes = text.utf8.lazy.filter { !" \t\r\n".utf8.contains($0) }.prefix(32)
        let start = String(decoding: Array(bytes), as: UTF8.self)
        return start.hasPrefix("{\"") && !own.contains { start.hasPrefix("{\"\($0)\"") }
    }

    /// Reads the file; what is no price file of LiteLLM is a fault.
    init(text: String, faults: FaultList) {
        file = faults.file
        guard let root = JSONFile.root(text: text, faults: faults) else { return }
        let expected = "an object of prices like { \"input_cost_per_token\": 2.5e-06 }"
        guard case .object(let members) = root.value else {
            faults.add(line: root.line, column: 1, "found \(root.description); expected models")
            return
        }
        var lines: [String: Int] = [:]
        for member in members where member.name != Self.description {
            if let line = lines[member.name] {
                faults.add(
                    line: member.line, column: 1, path: member.name,
                    "the key is repeated; it stands on line \(line) already")
            } else if let fields = member.node.members {
                lines[member.name] = member.line
                read(member, fields)
            } else {
                faults.add(
                    line: member.node.line, column: 1, path: member.name,
                    "found \(member.node.description); expected \(expected)")
            }
        }
        if byItem.isEmpty, faults.faults.isEmpty {
            faults.add(line: 1, column: 1, "no model has a price; expected LiteLLM's price file")
        }
        findings.sort { $0.line < $1.line }
    }

    private mutating func read(_ member: JSONNode.Member, _ fields: [String: JSONNode]) {
        items += 1
        var item = LiteLLMItem(file: file, member: member, fields: fields)
        let entry = item.entry()
        findings += item.findings
        guard let entry else { return }
        let new = Held(name: member.name, entry: entry)
        guard let old = byItem.removeValue(forKey: entry.item) else {
            byItem[entry.item] = new
            return
        }
        // The name with the provider holds, for those who leave the provider out, too.
        let (held, other) = entry.isDefault ? (old, new) : (new, old)
        byItem[entry.item] = Held(
            name: held.name,
            entry: PriceEntry(
                item: entry.item, source: "litellm", name: held.name, rates: held.entry.rates,
                isDefault: held.entry.isDefault || other.entry.isDefault))
        guard held.entry.rates != other.entry.rates else { return }
        findings.append(
            PriceFinding(
                file: file, line: member.line, item: other.name, field: "", problem: .shadowed,
                text: "its price is another one than that of \(held.name), which holds"))
    }
}
