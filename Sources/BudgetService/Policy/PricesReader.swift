// Price files, and what has to be true of all their entries together.

import BudgetModel
import Foundation

/// Reads the price files that a policy names, each with its own list of faults.
struct PricesReader {
    /// Files of one policy: one for each provider and some to spare.
    private static let maxFiles = 16

    private let directory: String
    /// Of the files that were read, in the policy's order.
    private(set) var entries: [PriceEntry] = []
    private(set) var faultLists: [FaultList] = []
    /// Where each version was first seen.
    private var places: [String: String] = [:]

    /// - Parameter policyFile: beside it relative names are looked for.
    init(policyFile: String) {
        directory =
            policyFile.contains("/") ? (policyFile as NSString).deletingLastPathComponent : ""
    }

    /// Reads the policy's list of price files.
    mutating func read(_ node: YAMLNode?, _ loadFile: (_ path: String) throws -> String) {
        let expected = "a list of price files like [prices.yaml]"
        guard let node, let files = node.list(expected) else { return }
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
            if name.lowercased().hasSuffix(".json") {
                file.fault(
                    "LiteLLM's JSON price files are not supported yet; expected a YAML file like "
                        + "prices.yaml")
                continue
            }
            do {
                let path = path(of: name)
                read(text: try loadFile(path), file: path)
            } catch {
                file.fault("\"\(name)\" can't be read: \(error.localizedDescription)")
            }
        }
    }

    private func path(of name: String) -> String {
        if name.hasPrefix("/") || directory.isEmpty { return name }
        return (directory as NSString).appendingPathComponent(name)
    }

    private mutating func read(text: String, file: String) {
        let list = FaultList(file: file)
        faultLists.append(list)
        var yaml = YAMLFile(text: text, faults: list)
        let expected = "a list of prices"
        guard let root = yaml.root(expected: expected), let fields = root.fields(["prices"]),
            let nodes = fields.required("prices", expected)?.list(expected)
        else { return }
        for node in nodes {
            guard let entry = PriceEntryReader(node)?.entry() else { continue }
            if let place = places[entry.version] {
                node.fault(
                    "\(entry.item.name) has a price from that day on already (\(place)); "
                        + "expected one price for each item and date")
            } else {
                places[entry.version] = "\(file):\(node.node.mark?.line ?? 1)"
                entries.append(entry)
            }
        }
    }
}
