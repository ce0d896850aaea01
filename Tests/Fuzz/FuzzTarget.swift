// What must hold for any bytes at all. libFuzzer looks for bytes that break it (`deploy/test
// --fuzz`), and each run of the tests replays what it found worth keeping: the files in Corpus.
// What breaks a property is told as a sentence; a trap is the other way to fail.

/// Something that reads bytes of strangers, and what has to be true of it.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// What a client sends.
    case requests
    /// What a server answers, as the tools read it.
    case replies
    /// A policy and a price file.
    case policies

    /// What is broken by these bytes; nil where all holds.
    package func breach(by bytes: [UInt8]) -> String? {
        switch self {
        case .requests: RequestProperties.breach(by: bytes)
        case .replies: ReplyProperties.breach(by: bytes)
        case .policies: PolicyProperties.breach(by: bytes)
        }
    }
}

/// The places at which bytes are cut in two: all of them, or as many as don't take long.
func cuts(of bytes: [UInt8]) -> some Sequence<Int> {
    stride(from: 1, to: bytes.count, by: max(1, bytes.count / 16))
}
