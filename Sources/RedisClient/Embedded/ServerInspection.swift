// Looks at what serves in the directory: is there a server that an earlier daemon left behind, is
// it ours, is it ready, and has it the settings that are wanted? Blocking calls: for a pool's
// thread.
import Glibc

struct ServerInspection: Sendable {
    let directory: DataDirectory
    /// Settings that a server of ours has to report.
    let required: [String: String]

    private var probe: ServerProbe {
        ServerProbe(socket: directory.socket, settings: required.keys.sorted())
    }

    /// By the record first, since a server that is starting or ending doesn't listen; then by the
    /// socket, in case the record was lost.
    func find() -> ServerLifecycle.Finding {
        if let recorded, recorded.isAlive { return .living(pid: recorded.pid) }
        guard let pid = probe.listener() else { return .none }
        return worksHere(pid) ? .living(pid: pid) : .foreign(pid: pid)
    }

    /// How the server with this pid answers now.
    func answer(of pid: Int32) -> ServerLifecycle.Answer {
        switch probe.ask() {
        case .silent: return .silent
        case .loading: return .loading
        case .answered(pid, let settings):
            let wrong = required.filter { settings[$0.key] != $0.value }.keys.sorted()
            guard let name = wrong.first else { return .ready }
            return .unsuitable(
                "\(name) is \(settings[name] ?? "unknown"), wanted \(required[name] ?? "")")
        case .answered: return .silent
        }
    }

    var recorded: ProcessIdentity? {
        (try? SmallFile.read(directory.processRecord)).flatMap(ProcessIdentity.init(record:))
    }

    /// Redis makes its data directory its working directory before it listens.
    private func worksHere(_ pid: Int32) -> Bool {
        guard let path = realpath("/proc/\(pid)/cwd", nil) else { return false }
        defer { free(path) }
        return String(cString: path) == directory.path
    }
}
