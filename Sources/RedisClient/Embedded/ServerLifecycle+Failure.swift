// What a failed lifecycle is called towards people: which directory, which process, what its log
// says, what to do.

extension ServerLifecycle.Failure {
    func error(directory: String, log: String, tail: String) -> EmbeddedRedisError {
        let lastLines = tail.isEmpty ? "its log \(log) is empty" : "the end of \(log):\n\(tail)"
        switch self {
        case .spawn(let error):
            return error
        case .exitedBeforeReady(let exit):
            return EmbeddedRedisError(
                .refusedToStart,
                "redis-server in \(directory) \(exit.words) before it answered; \(lastLines)",
                hint: "nothing was changed in \(directory)/appendonlydir: back it up before "
                    + "repairing it, for example with redis-check-aof")
        case .silent(let pid):
            return EmbeddedRedisError(
                .notAnswering,
                "redis-server (pid \(pid)) in \(directory) did not answer in time; \(lastLines)")
        case .unsuitable(let pid, let why):
            return EmbeddedRedisError(
                .refusedToStart,
                "redis-server (pid \(pid)) in \(directory) runs with other settings: \(why)")
        case .foreign(let pid):
            return EmbeddedRedisError(
                .foreignServer,
                "process \(pid) listens on \(directory)/redis.sock but works elsewhere",
                hint: "stop it, or choose another data directory")
        case .unstoppable(let pid):
            return EmbeddedRedisError(
                .notStoppable, "redis-server (pid \(pid)) in \(directory) survived SIGKILL",
                hint: "it may hang on a disk that doesn't answer")
        }
    }
}

extension ServerLifecycle.Exit {
    var words: String {
        switch self {
        case .code(let code): "exited with code \(code)"
        case .signal(let number): "was ended by signal \(number)"
        case .unknown: "ended"
        }
    }
}
