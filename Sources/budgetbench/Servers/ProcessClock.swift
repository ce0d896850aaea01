// How much CPU a process has used, all threads, user and system: the sum that /proc/<pid>/stat
// rounds down to ticks of 10 ms, read to the nanosecond.

import Glibc

struct ProcessClock {
    private let clock: clockid_t

    init(of process: pid_t) throws {
        var clock = clockid_t()
        let status = clock_getcpuclockid(process, &clock)
        guard status == 0 else { throw BenchError("the CPU clock of \(process): errno \(status)") }
        self.clock = clock
    }

    /// This process's.
    static var own: ProcessClock {
        get throws { try ProcessClock(of: getpid()) }
    }

    /// Microseconds so far.
    var micros: Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
