// `field=value` arguments: the daemon knows the fields, so that its own names, labels and the
// house's names of the policy all work, and its message says what is wrong with one.

import ArgumentParser

struct FieldArguments: ParsableArguments {
    @Argument(
        help: "Fields like user=alice, run=r1, label.tier=free, tenant=acme.",
        completion: .nothing)
    var fields: [String] = []

    /// The words of a request.
    func words() throws(Failure) -> [String] {
        var words: [String] = []
        for field in fields {
            guard let sign = field.firstIndex(of: "="), sign > field.startIndex else {
                throw Failure.usage(
                    "\"\(field)\" is no field; expected field=value, like user=alice")
            }
            let name = String(field[..<sign])
            words += [name, Self.value(name, String(field[field.index(after: sign)...]))]
        }
        return words
    }

    private static func value(_ name: String, _ text: String) -> String {
        switch name {
        case "cost_usd": HumanAmount.plain(text, .money)
        case "seconds": HumanAmount.plain(text, .time)
        case "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens",
            "reasoning_tokens", "units":
            HumanAmount.plain(text, .count)
        default: text
        }
    }
}
