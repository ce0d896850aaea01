// The file of a unix socket: made with its mode and group before anybody can connect, taken over
// from a dead server and from nobody else, and removed at the end if it is still the one made here.
//
// Between the look at a stale file and its removal another server could bind there; only two
// servers that start within the same few microseconds can, and service supervisors start one.

import Glibc

/// A bound and listening unix socket and its name in the file system.
public struct SocketFile: Sendable {
    /// Its name.
    public let path: String
    /// Owned by whoever takes it to serve; -1 where another listener has it.
    public let descriptor: Int32
    private let device: UInt
    private let inode: UInt
    /// Inodes are used again; a socket's time of modification is that of its making.
    private let madeAt: (seconds: Int, nanoseconds: Int)

    /// Bytes of a path that fit into `sockaddr_un` with the NUL behind them.
    static let maxPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Binds and listens.
    ///
    /// - Parameters:
    ///   - mode: the file's permissions; whoever may write to it may connect.
    ///   - group: the file's group; nil for the process's own.
    public init(
        path: String, mode: UInt32, group: UInt32? = nil, backlog: Int32
    ) throws(ListenerError) {
        try Self.makeWay(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", path: path, code: errno) }
        do throws(ListenerError) {
            try Self.check("bind", path, Self.withAddress(path) { bind(descriptor, $0, $1) })
            try self.init(of: path, mode: mode, group: group, descriptor: descriptor)
            try Self.check("listen", path, listen(descriptor, backlog))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A socket that another listener has just bound there, after `makeWay`.
    ///
    /// Mode and group are as above; until here the process's own mask closes it to others.
    public init(bound path: String, mode: UInt32, group: UInt32?) throws(ListenerError) {
        try self.init(of: path, mode: mode, group: group, descriptor: -1)
    }

    private init(
        of path: String, mode: UInt32, group: UInt32?, descriptor: Int32
    ) throws(ListenerError) {
        if let group { try Self.check("chown", path, chown(path, .max, group)) }
        try Self.check("chmod", path, chmod(path, mode))
        var status = stat()
        try Self.check("lstat", path, lstat(path, &status))
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        madeAt = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        self.path = path
        self.descriptor = descriptor
    }

    /// Removes what a dead server left at a path, and nothing else.
    ///
    /// - Throws: where a listener can't be made there.
    public static func makeWay(_ path: String) throws(ListenerError) {
        let bytes = path.utf8.count
        guard bytes <= maxPathBytes, bytes > 0 else {
            throw .pathTooLong(path: path, bytes: bytes, most: maxPathBytes)
        }
        try checkDirectory(of: path)
        try removeStale(path)
    }

    /// Removes the name, unless somebody else has put another file there.
    public func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, UInt(status.st_dev) == device,
            UInt(status.st_ino) == inode,
            (status.st_mtim.tv_sec, status.st_mtim.tv_nsec) == madeAt
        else { return }
        unlink(path)
    }

    private static func checkDirectory(of path: String) throws(ListenerError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .noDirectory(directory)
        }
    }

    /// Removes a socket on which nothing listens.
    private static func removeStale(_ path: String) throws(ListenerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let type = Int32(SOCK_STREAM.rawValue) | closeOnExec | nonBlocking
        let probe = socket(AF_UNIX, type, 0)
        guard probe >= 0 else { throw .system(call: "socket", path: path, code: errno) }
        defer { close(probe) }
        // EAGAIN is a full backlog, so somebody is there; only a refusal says that nobody is.
        guard withAddress(path, { connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED else {
            throw .inUse(path)
        }
        try check("unlink", path, unlink(path))
    }

    private static func check(
        _ call: String, _ path: String, _ result: Int32
    ) throws(ListenerError) {
        guard result == 0 else { throw .system(call: call, path: path, code: errno) }
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

private let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
private let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
