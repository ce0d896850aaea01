// The embedded server's directory: private to this user and held by one daemon at a time.
//
// The lock is flock's: the kernel drops it when the holder dies, however it dies, and the
// descriptor is close-on-exec, so that a surviving redis-server doesn't hold it on. The pid in the
// file is for the message only.
import Glibc
import Synchronization

final class DataDirectory: Sendable {
    /// A unix socket's path fits into 108 bytes with its final zero.
    static let longestSocketPath = 107

    /// Absolute, without symbolic links: what Redis itself reports as its `dir`.
    let path: String
    private let lock: Mutex<Int32>

    var socket: String { "\(path)/redis.sock" }
    var configurationFile: String { "\(path)/redis.conf" }
    var log: String { "\(path)/redis.log" }
    /// Which process serves here: `ProcessIdentity.record`.
    var processRecord: String { "\(path)/redis.process" }

    /// Creates the directory if it is missing, checks it and locks it.
    init(_ wanted: String) throws(EmbeddedRedisError) {
        try Self.create(wanted)
        guard let real = realpath(wanted, nil) else { throw Self.unusable("realpath", wanted) }
        defer { free(real) }
        path = String(cString: real)
        try Self.checkPrivate(path)
        let socketBytes = "\(path)/redis.sock".utf8.count
        guard socketBytes <= Self.longestSocketPath else {
            throw EmbeddedRedisError(
                .socketPathTooLong,
                "the socket's path \(path)/redis.sock has \(socketBytes) bytes, and unix sockets "
                    + "allow \(Self.longestSocketPath)",
                hint: "choose a data directory with a shorter path")
        }
        lock = Mutex(try Self.acquireLock(path))
    }

    deinit { release() }

    /// Lets another daemon have the directory. Repeating it does nothing.
    ///
    /// Unlocked before it is closed: a child that was forked and has not reached its exec shares
    /// the descriptor, and closing ours alone would leave the lock with it for that moment.
    func release() {
        lock.withLock { file in
            guard file >= 0 else { return }
            flock(file, LOCK_UN)
            close(file)
            file = -1
        }
    }

    private static func create(_ wanted: String) throws(EmbeddedRedisError) {
        var path = wanted.hasPrefix("/") ? "" : "."
        for name in wanted.split(separator: "/") {
            path += "/\(name)"
            if mkdir(path, 0o700) != 0, errno != EEXIST { throw unusable("mkdir", path) }
        }
    }

    private static func checkPrivate(_ path: String) throws(EmbeddedRedisError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw unusable("stat", path) }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw EmbeddedRedisError(.directoryUnusable, "\(path) is not a directory")
        }
        guard facts.st_uid == geteuid() else {
            throw EmbeddedRedisError(
                .directoryUnsafe,
                "the data directory \(path) belongs to uid \(facts.st_uid), not to this daemon's "
                    + "uid \(geteuid())",
                hint: "choose another directory or change its owner")
        }
        guard facts.st_mode & 0o077 == 0 else {
            let mode = String(facts.st_mode & 0o777, radix: 8)
            throw EmbeddedRedisError(
                .directoryUnsafe,
                "the data directory \(path) has mode \(mode): others than its owner may enter it",
                hint: "if it is budgetd's own, run: chmod 700 \(path)")
        }
    }

    private static func acquireLock(_ path: String) throws(EmbeddedRedisError) -> Int32 {
        let lockPath = "\(path)/budgetd.lock"
        let file = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw unusable("open", lockPath) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(file)
            guard number == EWOULDBLOCK else { throw unusable("flock", lockPath, number) }
            let holder = ((try? SmallFile.read(lockPath)) ?? "").prefix { $0.isNumber }
            throw EmbeddedRedisError(
                .directoryInUse,
                "the data directory \(path) is in use by another budgetd, "
                    + (holder.isEmpty ? "whose pid is not known" : "pid \(holder)"),
                hint: "stop that one, or give this one a directory of its own")
        }
        let text = "\(getpid())\n"
        guard ftruncate(file, 0) == 0, write(file, text, text.utf8.count) > 0 else {
            let number = errno
            close(file)
            throw unusable("write", lockPath, number)
        }
        return file
    }

    private static func unusable(
        _ call: String, _ path: String, _ number: Int32 = errno
    ) -> EmbeddedRedisError {
        EmbeddedRedisError(
            .directoryUnusable,
            "the data directory can't be used: \(SmallFile.Failure(call, path, number))")
    }
}
