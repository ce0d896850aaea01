/// One thing that is wrong with a policy, fit to be shown to its author.
public struct PolicyFault: Error, Hashable, Sendable {
    /// As it was named: the policy file itself or a price file.
    public let file: String
    /// 1 is the first.
    public let line: Int
    /// 1 is the first; counts characters.
    public let column: Int
    /// Where in the file's structure: `limits[2].cap` (the first is 0); empty for the file.
    public let path: String
    /// What is there and what was expected. No line breaks.
    public let message: String

    /// `policy.yaml:14: limits[2].cap: "many" is not a number; expected US dollars like 0.50`
    public var text: String {
        "\(file):\(line): " + (path.isEmpty ? message : path + ": " + message)
    }
}
