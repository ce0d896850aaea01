/// The values of a mapping with fixed keys, each read once.
package struct YAMLFields {
    package let owner: YAMLNode
    let values: [String: YAMLNode]

    package subscript(key: String) -> YAMLNode? { values[key] }

    /// The value of a key that has to be there.
    package func required(_ key: String, _ expected: String) -> YAMLNode? {
        guard let value = values[key] else {
            owner.fault("\"\(key)\" is missing; expected \(expected)")
            return nil
        }
        return value
    }
}
