// What a client says about itself; for lists and logs, nothing is decided by it.

/// Names that a client gave.
struct ClientIdentity: Equatable, Sendable {
    /// CLIENT SETNAME.
    var name = ""
    /// CLIENT SETINFO LIB-NAME.
    var libraryName = ""
    /// CLIENT SETINFO LIB-VER.
    var libraryVersion = ""

    /// Whether a name may stand in a line of `key=value`: printable ASCII without blanks, as
    /// Redis has it.
    static func isName(_ bytes: [UInt8], atMost limit: Int) -> Bool {
        bytes.count <= limit && bytes.allSatisfy { $0 >= 0x21 && $0 <= 0x7e }
    }
}
