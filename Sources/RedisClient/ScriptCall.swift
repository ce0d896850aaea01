// What a script is called with.

import NIOCore

/// A script's keys and arguments, encoded as bulk strings one behind the other.
struct ScriptCall {
    var keysAndArguments: ByteBuffer
    /// How many bulk strings these are, keys and arguments together.
    var argumentCount: Int
    /// How many of them are keys.
    var keyCount: Int
}
