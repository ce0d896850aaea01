// Who may come in by the unix socket: the file's permissions, seen from this machine.

import Foundation

/// Judges the file of a unix socket.
enum SocketExamination {
    static func findings(_ address: Address) -> [Finding] {
        guard case .unix(let path) = address else { return [] }
        let name = "socket"
        var status = stat()
        guard stat(path, &status) == 0 else {
            return [.warn(name, "\(path) can't be looked at", "is it on this machine?")]
        }
        let bits = status.st_mode & 0o777
        let mode = "0" + String(bits, radix: 8)
        let text = "\(path) is \(mode), of \(user(status.st_uid)):\(group(status.st_gid))"
        guard bits & S_IWOTH == 0 else {
            return [
                .warn(
                    name, text + ": every user of this machine may connect",
                    "say socket: { mode: 0660, group: … } in the daemon's configuration")
            ]
        }
        return [.ok(name, text)]
    }

    private static func user(_ id: uid_t) -> String {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "\(id)"
    }

    private static func group(_ id: gid_t) -> String {
        getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? "\(id)"
    }
}
