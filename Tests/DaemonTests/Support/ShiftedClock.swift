// A clock for redis-server that a test sets: that of a library which it is started with, which adds
// what a file says to what the system tells.

import Foundation
import TestSupport
import Testing

struct ShiftedClock {
    private static let shim = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long long milliseconds(void) {
            static volatile long long *shared;
            if (!shared) {
                int file = open(getenv("CLOCK_FILE"), O_RDONLY);
                shared = mmap(0, sizeof *shared, PROT_READ, MAP_SHARED, file, 0);
            }
            return *shared;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int status = syscall(SYS_clock_gettime, clock, time);
            if (clock == CLOCK_REALTIME) time->tv_sec += milliseconds() / 1000;
            return status;
        }

        int gettimeofday(struct timeval *time, void *zone) {
            struct timespec precise;
            clock_gettime(CLOCK_REALTIME, &precise);
            time->tv_sec = precise.tv_sec;
            time->tv_usec = precise.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *place) {
            struct timespec precise;
            clock_gettime(CLOCK_REALTIME, &precise);
            if (place) *place = precise.tv_sec;
            return precise.tv_sec;
        }
        """

    /// So many calls of a user in a day of Berlin's; the books outlive every jump.
    static func policy(cap: Int) -> String {
        """
        version: 1
        timezone: Europe/Berlin
        limits:
          - { name: daily, per: [user], window: day, measure: calls, cap: \(cap) }
        prices: [prices.yaml]
        keep: { runs: 700d, journal: 700d }
        """
    }

    private let folder: TestDirectory
    private let library: String
    private let file: String

    init() throws {
        folder = try TestDirectory()
        library = folder.path + "/clock.so"
        file = try folder.write("offset", String(repeating: "\0", count: 8))
        let source = try folder.write("clock.c", Self.shim)
        let compiled = try Program(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"])
        try #require(compiled.ending == .exit(0), "\(compiled.errors)")
    }

    /// What becomes a redis-server with this clock, whose own words follow.
    var starter: [String] { ["env", "LD_PRELOAD=\(library)", "CLOCK_FILE=\(file)"] }

    /// It is this moment now.
    func put(_ moment: String) throws {
        let date = try #require(ISO8601DateFormatter().date(from: moment))
        let seconds = Int64(date.timeIntervalSinceNow.rounded())
        try withUnsafeBytes(of: seconds * 1000) { bytes in
            let handle = try FileHandle(forUpdating: URL(filePath: file))
            try handle.write(contentsOf: Data(bytes))
            try handle.close()
        }
    }
}
