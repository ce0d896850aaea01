// A blocking unix-socket connection that speaks just enough RESP for `ServerProbe`. The client for
// real work is another one: this has to work before an event loop does.
import Glibc

struct BlockingConnection {
    enum Reply: Equatable {
        case text(String)
        case error(String)
        case list([String])
    }

    /// No reply to a probe is longer: a few settings.
    private static let longestReply = 65_536

    private let file: Int32
    private var unread: [UInt8] = []

    init?(socket path: String) {
        file = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return nil }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        let limitSize = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, limitSize)
        setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, limitSize)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(room.count - 1))
            return path.utf8.count < room.count
        }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard fits, connected == 0 else {
            Glibc.close(file)
            return nil
        }
    }

    /// The process that listens at the other end; 0 if the kernel doesn't say.
    var peerPID: Int32 {
        // struct ucred: pid, uid, gid.
        var credentials: [Int32] = [0, 0, 0]
        var size = socklen_t(credentials.count * MemoryLayout<Int32>.size)
        getsockopt(file, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
        return credentials[0]
    }

    func close() { _ = Glibc.close(file) }

    /// Sends one inline command; nil when there is no whole answer.
    mutating func exchange(_ command: String) -> Reply? {
        let line = "\(command)\r\n"
        let sent = send(file, line, line.utf8.count, Int32(MSG_NOSIGNAL))
        guard sent == line.utf8.count, let head = readLine()
        else { return nil }
        let rest = String(head.dropFirst())
        switch head.first {
        case "+": return .text(rest)
        case "-": return .error(rest)
        case "$": return readBulk(rest).map { .text($0) }
        case "*":
            var items: [String] = []
            for _ in 0..<(Int(rest) ?? 0) {
                guard let line = readLine(), let item = readBulk(String(line.dropFirst()))
                else { return nil }
                items.append(item)
            }
            return .list(items)
        default: return nil
        }
    }

    private mutating func readBulk(_ length: String) -> String? {
        guard let count = Int(length), count >= 0, count < Self.longestReply else { return nil }
        while unread.count < count + 2 { guard readMore() else { return nil } }
        defer { unread.removeFirst(count + 2) }
        return String(decoding: unread[..<count], as: UTF8.self)
    }

    private mutating func readLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<max(end - 1, 0)], as: UTF8.self)
            }
            guard readMore() else { return nil }
        }
    }

    private mutating func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = recv(file, &chunk, chunk.count, 0)
        guard count > 0, unread.count < Self.longestReply else { return false }
        unread += chunk[..<count]
        return true
    }
}
