// Asks a redis-server who and how it is: PING and CONFIG GET over a short-lived blocking
// connection. Its pid is told by the kernel (SO_PEERCRED), which also knows it while the server
// says nothing. Used before the real client exists, from a thread that may block, and bounded in
// time.
import Glibc

struct ServerProbe: Sendable {
    enum Answer: Equatable, Sendable {
        case silent
        case loading
        case answered(pid: Int32, settings: [String: String])
    }

    let socket: String
    /// Names of the settings to ask for.
    let settings: [String]

    /// Blocks the calling thread, for two seconds at most in each read.
    func ask() -> Answer {
        guard var connection = BlockingConnection(socket: socket) else { return .silent }
        defer { connection.close() }
        switch connection.exchange("PING") {
        case .text("PONG"): break
        // BUSY: a script runs long, so the server lives and will answer.
        case .error(let text) where text.hasPrefix("LOADING") || text.hasPrefix("BUSY"):
            return .loading
        default: return .silent
        }
        let question = "CONFIG GET \(settings.joined(separator: " "))"
        guard case .list(let found) = connection.exchange(question) else { return .silent }
        var values: [String: String] = [:]
        for index in stride(from: 0, to: found.count - 1, by: 2) {
            values[found[index]] = found[index + 1]
        }
        return .answered(pid: connection.peerPID, settings: values)
    }

    /// Who listens on the socket, whether it answers or not; nil if nobody does.
    func listener() -> Int32? {
        guard let connection = BlockingConnection(socket: socket) else { return nil }
        defer { connection.close() }
        return connection.peerPID
    }
}
