// The text of the embedded server's redis.conf. It is written anew at each start and given to Redis
// as a file, so that nothing of it appears on a command line.

struct ServerConfigurationFile: Sendable {
    let directory: String
    let socket: String
    let durability: EmbeddedRedis.Configuration.Durability
    let maxMemoryBytes: UInt64

    /// What a server must report about itself (CONFIG GET) to be one of ours and fit to serve.
    var required: [String: String] {
        [
            "dir": directory,
            "appendonly": "yes",
            "appendfsync": durability.rawValue,
            "no-appendfsync-on-rewrite": "no",
            "maxmemory-policy": "noeviction",
        ]
    }

    var text: String {
        """
        # Written by budgetd at each start: changes made here are lost.
        port 0
        unixsocket \(Self.quoted(socket))
        unixsocketperm 700
        dir \(Self.quoted(directory))
        daemonize no
        supervised no
        logfile ""
        always-show-logo no
        appendonly yes
        appendfsync \(durability.rawValue)
        no-appendfsync-on-rewrite no
        aof-use-rdb-preamble yes
        aof-load-truncated yes
        auto-aof-rewrite-min-size 64mb
        save ""
        maxmemory \(maxMemoryBytes)
        maxmemory-policy noeviction
        lazyfree-lazy-user-del yes
        lazyfree-lazy-expire yes
        busy-reply-threshold 200
        timeout 0
        enable-debug-command no
        enable-module-command no
        enable-protected-configs no
        shutdown-timeout 10

        """
    }

    /// In Redis's double quotes, where a backslash and two hex digits spell any byte.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for byte in text.utf8 {
            let plain = byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"")
            if plain, byte != UInt8(ascii: "\\") {
                quoted.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                quoted += "\\x" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return quoted + "\""
    }
}
