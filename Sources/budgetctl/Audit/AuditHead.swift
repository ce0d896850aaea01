// The newest line of an audit and its hash: what somebody notes elsewhere.

import ArgumentParser

struct AuditHead: ExpressibleByArgument, Equatable {
    let sequence: Int64
    let chain: String

    init(sequence: Int64, chain: String) {
        self.sequence = sequence
        self.chain = chain
    }

    /// Reads `seq:chain`.
    init?(argument: String) {
        let parts = argument.split(separator: ":")
        guard parts.count == 2, let sequence = Int64(parts[0]), parts[1].utf8.count == 40,
            parts[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(sequence: sequence, chain: parts[1].lowercased())
    }

    /// As it is read.
    var text: String { "\(sequence):\(chain)" }
}
