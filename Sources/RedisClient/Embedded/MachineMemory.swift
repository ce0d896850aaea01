// What the embedded Redis may use of this machine's memory. A quiet Redis may double while it
// rewrites its append-only file (a fork shares pages until they are written), and the daemon lives
// here too, so the share stays under a half.
import Glibc

enum MachineMemory {
    /// Redis's share of the machine's memory, in percent.
    static let sharePercent: UInt64 = 40
    /// Never less: below this not even an empty store with its buffers works well.
    static let floorBytes: UInt64 = 64 << 20

    static func maxMemory(machineBytes: UInt64) -> UInt64 {
        max(floorBytes, machineBytes / 100 * sharePercent)
    }

    /// The machine's memory in bytes, or the container's where that is less.
    static func total() -> UInt64 {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let pageBytes = sysconf(Int32(_SC_PAGESIZE))
        let machine = pages > 0 && pageBytes > 0 ? UInt64(pages) * UInt64(pageBytes) : 0
        return cgroupLimits().reduce(machine) { min($0, $1) }
    }

    /// Every memory.max (cgroup v2) from this process's own group up to the root.
    private static func cgroupLimits() -> [UInt64] {
        let groups = (try? SmallFile.read("/proc/self/cgroup")) ?? ""
        guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return [] }
        var names = line.dropFirst(4).split(separator: "/")
        var limits: [UInt64] = []
        while true {
            let path = (["/sys/fs/cgroup"] + names.map(String.init) + ["memory.max"])
            let text = try? SmallFile.read(path.joined(separator: "/"))
            // "max" is no number and means no limit.
            if let bytes = text.flatMap({ UInt64($0.prefix { $0.isNumber }) }) {
                limits.append(bytes)
            }
            if names.popLast() == nil { return limits }
        }
    }
}
