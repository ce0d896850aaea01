// Policies and price files: reading ends, with the same policy each time or with faults that name a
// place in the file, each on one line; and a policy that was accepted can be decided by.

package import BudgetModel
package import BudgetService
import Foundation

package enum PolicyProperties {
    /// Between a policy and its price file. Whatever price file a policy names, it is that one.
    package static let separator = "\n--- prices\n"

    package static func read(
        _ policy: String, _ prices: String
    ) -> Result<Policy, PolicyFaults> {
        PolicyReader.read(text: policy, file: "policy.yaml", loadFile: { _ in prices })
    }

    static func breach(by bytes: [UInt8]) -> String? {
        // A file that is no text is refused before anything of it is read.
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let parts = text.components(separatedBy: separator)
        return breach(policy: parts[0], prices: parts.count > 1 ? parts[1] : "")
    }

    /// What is broken by these files; nil where all holds.
    package static func breach(policy text: String, prices: String) -> String? {
        switch read(text, prices) {
        case .failure(let faults): wrong(faults.faults, lines: lines(of: text) + lines(of: prices))
        case .success(let policy):
            changed(policy, text, prices) ?? unusable(policy)
        }
    }

    private static func lines(of text: String) -> Int {
        text.unicodeScalars.count { CharacterSet.newlines.contains($0) } + 2
    }

    private static func wrong(_ faults: [PolicyFault], lines: Int) -> String? {
        if faults.isEmpty { return "it is refused, and nothing is told" }
        for fault in faults {
            if fault.text.contains(where: \.isNewline) { return "two lines: \(fault.text)" }
            if !(1...lines).contains(fault.line) || fault.column < 1 || fault.message.isEmpty {
                return "no place or no words: \(fault)"
            }
        }
        return nil
    }

    private static func changed(_ policy: Policy, _ text: String, _ prices: String) -> String? {
        for (what, text) in [("read again", text), ("with a comment", text + "\n# the end\n")] {
            guard case .success(let again) = read(text, prices), again.digest == policy.digest
            else { return "\(what) it is another policy" }
        }
        return nil
    }

    /// Windows and prices of some moments, the ends of daylight saving time among them.
    private static func unusable(_ policy: Policy) -> String? {
        var windows = CalendarWindows(timeZone: policy.timeZone)
        var usage = Usage()
        usage.inputTokens = Bounds.maxTokens
        usage.outputTokens = 1
        usage.milliseconds = 1
        for now in [0, 1_774_746_000_000, 1_792_890_000_000, 4_102_444_800_000] as [Int64] {
            for limit in policy.limits {
                let window = windows.instance(of: limit.window, at: now)
                guard window.contains(now) else { return "\(limit.name) has no window at \(now)" }
            }
            for entry in policy.priceBook.entries {
                guard case .model(let model, let provider) = entry.item else { continue }
                (usage.model, usage.provider) = (model, provider)
                let cost = policy.cost(of: usage, subject: Subject(tenant: "t"), at: now)
                if case .priced(let nano, _) = cost, !(0...Bounds.maxAmount).contains(nano) {
                    return "\(entry.item.name) costs \(nano)"
                }
            }
        }
        return nil
    }
}
