// Redis's clock jumps: over midnights, over both changes of daylight saving time, days forward and
// back. Calls go on, each is counted once, in one day, and no day gets more than its cap.
//
// The clock is that of a library which redis-server is started with: it adds what a file says to
// what the system tells.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ClockTests {
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

        private static let cap = 40

        private static let policy = """
            version: 1
            timezone: Europe/Berlin
            limits:
              - { name: daily, per: [user], window: day, measure: calls, cap: \(cap) }
            prices: [prices.yaml]
            keep: { runs: 700d, journal: 700d }
            """

        /// Moments to jump to, in order: before midnights, before both changes, back and far ahead.
        private static let moments = [
            "2027-01-10T22:59:59Z", "2027-03-27T22:59:59Z", "2027-03-28T00:59:59Z",
            "2027-03-28T21:59:59Z", "2027-03-26T12:00:00Z", "2027-10-30T21:59:59Z",
            "2027-10-31T00:59:59Z", "2027-10-31T22:59:59Z", "2027-12-31T22:59:59Z",
        ]

        private func compile(_ folder: TestDirectory) throws -> String {
            let library = folder.path + "/clock.so"
            let source = try folder.write("clock.c", Self.shim)
            let compiled = try Program(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"])
            try #require(compiled.ending == .exit(0), "\(compiled.errors)")
            return library
        }

        private func put(_ moment: String, in file: String) throws {
            let date = try #require(ISO8601DateFormatter().date(from: moment))
            let seconds = Int64(date.timeIntervalSinceNow.rounded())
            try withUnsafeBytes(of: seconds * 1000) { bytes in
                let handle = try FileHandle(forUpdating: URL(filePath: file))
                try handle.write(contentsOf: Data(bytes))
                try handle.close()
            }
        }

        @Test func everyCallIsCountedOnceInOneDay() throws {
            let folder = try TestDirectory()
            let library = try compile(folder)
            let file = try folder.write("offset", String(repeating: "\0", count: 8))
            try put(Self.moments[0], in: file)
            let redis = try TestRedis(starter: [
                "env", "LD_PRELOAD=\(library)", "CLOCK_FILE=\(file)",
            ])
            let daemon = try TestDaemon(policy: Self.policy, redis: redis)
            let client = try daemon.connect()
            var allowed = 0
            // By key: Redis drops them with the jump of months.
            var days: [String: Int] = [:]
            for (index, moment) in Self.moments.enumerated() {
                try put(moment, in: file)
                // Over the moment, and until that day is used up.
                var denials = 0
                let isUsedUp = try eventually(seconds: 20) {
                    let key = "\(index)-\(UInt64.random(in: 0 ... .max))"
                    let answer = try client.ask(
                        "CHARGE idempotency_key \(key) user u run r model gpt-4o")
                    if answer.isAllowed { allowed += 1 } else { denials += 1 }
                    #expect(answer.errorCode == nil, "\(moment): \(answer)")
                    usleep(15_000)
                    return denials > 90
                }
                #expect(isUsedUp, "\(moment)")
                for key in try redis.command("KEYS", "*:w:user=u:d*").array ?? [] {
                    let name = try #require(key.string)
                    days[name] = try redis.command("HGET", name, "s:calls").integer.map { Int($0) }
                }
            }
            #expect(days.values.reduce(0, +) == allowed)
            #expect(days.values.allSatisfy { (1...Self.cap).contains($0) }, "\(days)")
            // So many days were used up after a jump or a midnight.
            #expect(days.values.count { $0 == Self.cap } >= 7, "\(days)")
            let run = try RunBooks(client, run: "r")
            #expect(run.faults == [])
            #expect(Int(run.calls) == allowed)
        }
    }
}
