// What can be chosen about the embedded server. Everything else is fixed, because the promises of
// the store rest on it (see ServerConfigurationFile).

extension EmbeddedRedis {
    /// Where the server lives, how durable it is, and how long to wait for it.
    public struct Configuration: Sendable {
        /// When an acknowledged write is on disk.
        public enum Durability: String, Sendable, CaseIterable {
            /// Before the reply: nothing that was acknowledged is lost.
            case always
            /// Within about two seconds: a power cut may lose that much.
            case everysec
        }

        /// The data directory. Created if missing (0700); refused if others may read it.
        public var directory: String
        /// `appendfsync`.
        public var durability: Durability
        /// `maxmemory` in bytes; nil takes `MachineMemory`'s share of this machine's memory.
        public var maxMemoryBytes: UInt64?
        /// The program, as a path or as a name to be found in PATH.
        public var redisServer: String
        /// util-linux's setpriv, as a path or as a name to be found in PATH.
        public var setpriv: String
        /// How long a starting server may stay silent. Loading its data does not count.
        public var startTimeout: Duration
        /// How long an ordered stop may take before SIGKILL; above Redis's own 10 seconds.
        public var stopTimeout: Duration

        /// The defaults are those of production.
        public init(
            directory: String,
            durability: Durability = .always,
            maxMemoryBytes: UInt64? = nil,
            redisServer: String = "redis-server",
            setpriv: String = "setpriv",
            startTimeout: Duration = .seconds(30),
            stopTimeout: Duration = .seconds(15)
        ) {
            self.directory = directory
            self.durability = durability
            self.maxMemoryBytes = maxMemoryBytes
            self.redisServer = redisServer
            self.setpriv = setpriv
            self.startTimeout = startTimeout
            self.stopTimeout = stopTimeout
        }

        var timing: ServerLifecycle.Timing {
            .init(start: startTimeout, stop: stopTimeout)
        }
    }
}
