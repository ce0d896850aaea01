// Price files, and what has to be true of all of them together. A file is one of our books or
// LiteLLM's, by what is in it. A later file replaces what earlier ones say of an item from the
// date on that it says something; what held before that date still did.

import BudgetModel
import Foundation

/// Reads the price files that a policy names, each with its own list of faults.
struct PricesReader {
    /// What stands at the head of one of our books.
    static let keys = ["prices", "aliases"]
    /// Files of one policy: one for each provider and some to spare.
    private static let maxFiles = 16

    private let directory: String
    /// Of the files that were read; later ones have replaced what earlier ones said.
    private var entries: [PriceEntry] = []
    /// The nodes that say what aliases mean.
    private var aliases: [String: YAMLNode] = [:]
    private(set) var faultLists: [FaultList] = []
    private var items = 0
    private var unpriced = 0
    private var findings: [PriceFinding] = []

    /// - Parameter policyFile: beside it relative names are looked for.
    init(policyFile: String) {
        directory = FilePath.directory(of: policyFile)
    }

    /// What was found that can't be charged.
    var check: PriceCheck {
        PriceCheck(items: items, priced: items - unpriced, findings: findings)
    }

    /// Whether a file that was given as a policy is one of those that a policy names.
    static func isPriceFile(_ root: YAMLNode) -> Bool {
        guard case .mapping(let mapping) = root.node else { return false }
        let isPolicy = mapping["version"] != nil || mapping["limits"] != nil
        return !isPolicy
            && (mapping["prices"]?.sequence?.first?.mapping != nil || mapping["aliases"] != nil)
    }

    /// Reads the policy's list of price files.
    mutating func read(
        _ node: YAMLNode?, _ loadFile: (_ path: String) throws -> String
    ) -> PriceBook {
        let expected = "a list of price files like [prices.yaml]"
        guard let node, let files = node.list(expected) else { return PriceBook() }
        if files.count > Self.maxFiles {
            node.fault("\(files.count) price files are too many; expected at most \(Self.maxFiles)")
        }
        var seen: Set<String> = []
        for file in files.prefix(Self.maxFiles) {
            guard let name = file.name("a price file like prices.yaml") else { continue }
            guard seen.insert(name).inserted else {
                file.fault("\"\(name)\" is repeated; expected each file once")
                continue
            }
            do {
                let path = FilePath.path(name, from: directory)
                read(text: try loadFile(path), file: path)
            } catch {
                file.fault("\"\(name)\" can't be read: \(FilePath.reason(error))")
            }
        }
        let book = PriceBook(entries)
        return PriceBook(entries, aliases: resolved(in: book))
    }

    private mutating func read(text: String, file: String) {
        let list = FaultList(file: file)
        faultLists.append(list)
        if LiteLLMFile.isMeant(text) {
            let book = LiteLLMFile(text: text, faults: list)
            add(book.entries)
            items += book.items
            unpriced += Set(book.findings.filter(\.problem.isFatal).map(\.item)).count
            findings += book.findings
            return
        }
        var yaml = YAMLFile(text: text, faults: list)
        guard let root = yaml.root(expected: "a list of prices"),
            let fields = root.fields(Self.keys)
        else { return }
        readAliases(fields["aliases"])
        if fields["aliases"] == nil || fields["prices"] != nil {
            readPrices(fields.required("prices", "a list of prices"), list)
        }
    }

    private mutating func readPrices(_ node: YAMLNode?, _ faults: FaultList) {
        var own: [PriceEntry] = []
        var lines: [String: Int] = [:]
        for node in node?.list("a list of prices") ?? [] {
            guard let entry = PriceEntryReader(node)?.entry() else { continue }
            if let line = lines[entry.version] {
                node.fault(
                    "\(entry.item.name) has a price from that day on already "
                        + "(\(faults.file):\(line)); expected one price for each item and date")
            } else {
                lines[entry.version] = node.node.mark?.line ?? 1
                own.append(entry)
            }
        }
        items += Set(own.map(\.item)).count
        add(own)
    }

    private mutating func add(_ own: [PriceEntry]) {
        let first = Dictionary(own.map { ($0.item, $0.from) }, uniquingKeysWith: min)
        entries.removeAll { entry in first[entry.item].map { entry.from >= $0 } ?? false }
        entries += own
    }

    private mutating func readAliases(_ node: YAMLNode?) {
        for entry in node?.entries("a mapping of own names to priced models") ?? []
        where entry.key.checkName(entry.name, "a model") {
            aliases[entry.name] = entry.value
        }
    }

    /// What the aliases mean; one that can't be said without guessing is a fault.
    private func resolved(in book: PriceBook) -> [String: PriceEntry.Item] {
        let expected = "a priced model like openai/gpt-4o"
        return aliases.reduce(into: [:]) { resolved, alias in
            guard let name = alias.value.name(expected) else { return }
            let items = book.items(model: name, provider: nil)
            if book.entries.contains(where: { $0.item == .model(alias.key, provider: nil) }) {
                alias.value.fault("\"\(alias.key)\" has a price itself; expected one or the other")
            } else if items.count == 1 {
                resolved[alias.key] = items[0]
            } else if items.isEmpty {
                alias.value.fault("\"\(name)\" has no price in any file; expected \(expected)")
            } else {
                let names = items.map(\.name).sorted().joined(separator: ", ")
                alias.value.fault("\"\(name)\" may be any of \(names); expected one of them")
            }
        }
    }
}
