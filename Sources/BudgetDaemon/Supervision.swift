// What a supervisor such as systemd is told over its datagram socket (sd_notify(3), Type=notify):
// that requests are served, that the daemon ends, and, twice within the time that the supervisor
// allows, that every loop runs and has the answer of a Redis of the daemon's own. Silence is the
// alarm: it ends a daemon that has stopped to answer and starts another. A Redis of the operator's
// that is away is no alarm: another daemon would not reach it either, and this one says UNAVAILABLE
// at once and goes on by itself.
//
// The protocol is one datagram a message; a library for it (libsystemd) would be one more thing to
// install for less than what stands here.

import Glibc
import Logging
import ServiceLifecycle

/// Where the supervisor listens, and what it wants to hear.
struct Supervisor: Sendable {
    /// As it goes into a socket address: an abstract name begins with a zero byte.
    private let name: [UInt8]
    /// How often it is told that all is well; nil where it doesn't ask.
    let interval: Duration?

    /// Nil where nobody supervises this process.
    init?(_ environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
            2...Self.maxNameBytes ~= path.utf8.count
        else { return nil }
        name = path.hasPrefix("@") ? [0] + path.utf8.dropFirst() : Array(path.utf8)
        let isAsked = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let allowed = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        interval = isAsked && allowed > 0 ? .microseconds(allowed) / 2 : nil
    }

    private static let maxNameBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// Sends one message.
    ///
    /// - Returns: false where nobody could take it.
    @discardableResult
    func tell(_ message: String) -> Bool {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = socket(AF_UNIX, type, 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // Not the whole struct: the zeros behind an abstract name would belong to it.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(message.utf8)
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
        return sent == bytes.count
    }
}

/// Tells the supervisor how it goes, until the daemon ends. The last service of the group, so that
/// it is the first to learn of that.
struct SupervisionService: Service {
    /// A check that failed is repeated so much sooner, since there is time for one more only.
    static let haste = 8

    let supervisor: Supervisor
    let house: House
    /// Whether a Redis that is silent is a reason to be started again.
    let ownsRedis: Bool
    let logger: Logger

    func run() async throws {
        if let interval = supervisor.interval {
            await cancelWhenGracefulShutdown { await watch(every: interval) }
        } else {
            try? await gracefulShutdown()
        }
        supervisor.tell("STOPPING=1")
    }

    private func watch(every interval: Duration) async {
        var isWell = true
        while !Task.isCancelled {
            try? await Task.sleep(for: isWell ? interval : interval / Self.haste)
            isWell = ownsRedis ? await house.answers() : await house.runs()
            if isWell {
                supervisor.tell("WATCHDOG=1")
            } else if !Task.isCancelled {
                logger.warning("redis does not answer; the watchdog is not told")
            }
        }
    }
}
