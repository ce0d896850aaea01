// A Lua script by its two names: what EVALSHA wants and what EVAL wants, encoded once.

import Crypto
import NIOCore
import RESP

/// A script that Redis runs. One object for all links; compare by `sha1`.
public final class RedisScript: Sendable {
    /// The Lua source.
    public let source: String
    /// Redis's name of it: 40 hexadecimal digits.
    public let sha1: String
    /// `EVALSHA <sha1>` and `EVAL <source>`, each as two bulk strings.
    private let byName: ByteBuffer
    private let bySource: ByteBuffer

    /// Names a script.
    public init(source: String) {
        self.source = source
        let digits = Array("0123456789abcdef")
        sha1 = String(
            Insecure.SHA1.hash(data: Array(source.utf8)).flatMap { byte in
                [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            })
        var writer = CommandWriter()
        writer.argument("EVALSHA" as StaticString)
        writer.argument(sha1)
        byName = writer.buffer
        writer = CommandWriter()
        writer.argument("EVAL" as StaticString)
        writer.argument(source)
        bySource = writer.buffer
    }

    /// Writes a call of it.
    func write(_ call: ScriptCall, withSource: Bool, to buffer: inout ByteBuffer) {
        var writer = CommandWriter(buffer: buffer)
        // Else every append would copy what the caller still holds.
        buffer = ByteBuffer()
        writer.begin(argumentCount: 3 + call.argumentCount)
        writer.encodedArguments(withSource ? bySource : byName)
        writer.argument(call.keyCount)
        writer.encodedArguments(call.keysAndArguments)
        buffer = writer.buffer
    }
}
