// The audit as it is written: each line has a hash of itself and of the line before, so that one
// that is changed, taken out or put in is found by whoever computes the hashes anew.

/// One line of a tenant's audit.
public struct AuditLine: Equatable, Sendable {
    public var sequence: Sequence
    /// The names and values of its fields, each on a line of its own: what its hash is of, behind
    /// the hash of the line before and the sequence.
    public var text: String
    /// SHA-1 in hexadecimal; empty where there is none.
    public var chain: String
    /// What it says; nil where it is not as budgetd writes it.
    public var entry: AuditEntry?

    public init(sequence: Sequence, text: String, chain: String, entry: AuditEntry?) {
        self.sequence = sequence
        self.text = text
        self.chain = chain
        self.entry = entry
    }
}
