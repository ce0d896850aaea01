// SIGTERM and SIGINT before the daemon serves: at whatever moment they come, it ends in order,
// exits with 0, and leaves no process behind.

import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct EarlyStopTests {
        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.open, isStarted: false)
        }

        @Test(arguments: [">&- 2>&-", "> >(true) 2>&1"])
        func nobodyHasToReadWhatItSays(_ readers: String) throws {
            let starter = ["bash", "-c", "exec \"$@\" " + readers, "bash"]
            let process = try daemon.launch(starter: starter)
            #expect(eventually { process.ending != nil || daemon.serves })
            #expect(process.ending == nil)
            #expect(try daemon.stop() == .exit(0))
        }

        /// What can be seen of a start, in its order.
        @Test(
            arguments: [SIGTERM, SIGINT],
            [
                "state", "state/redis/budgetd.lock", "state/redis/redis.conf",
                "state/redis/redis.process", "state/redis/redis.sock", "b.sock",
            ])
        func asSoonAsItIsSeen(_ signal: Int32, _ file: String) throws {
            let process = try daemon.launch()
            let end = ContinuousClock.now + .seconds(20)
            // Without a pause: the moment is the point.
            while !daemon.directory.exists(file), ContinuousClock.now < end {}
            process.signal(signal)
            #expect(process.waitForEnd() == .exit(0), "\(daemon.log)")
            try checkNothingIsLeft()
        }

        /// A Redis that takes its time, as one with much to load does, is not waited for.
        @Test(arguments: [SIGTERM, SIGINT]) func whileRedisStarts(_ signal: Int32) throws {
            let folder = daemon.directory.path
            let text = try daemon.directory.write(
                "text", "#!/bin/sh\ntouch \(folder)/begun\nexec sleep 60\n")
            // Another process makes the program: one that this one had open for writing could
            // not be run while a neighbour that forks holds the descriptor on.
            let install = try Program(["install", "-m", "700", text, folder + "/redis-server"])
            #expect(install.ending == .exit(0))
            let process = try daemon.launch(programs: folder)
            #expect(eventually { daemon.directory.exists("begun") })
            let begin = ContinuousClock.now
            process.signal(signal)
            #expect(process.waitForEnd() == .exit(0), "\(daemon.log)")
            #expect(ContinuousClock.now - begin < .seconds(5))
            try checkNothingIsLeft()
        }

        /// The signal is held back by the starter until the program lets it through, so that it
        /// is there before the program's first line and yet not answered by the system.
        @Test(arguments: [SIGTERM, SIGINT]) func beforeItsFirstLine(_ signal: Int32) throws {
            let process = try daemon.launch(holdsSignals: true)
            process.signal(signal)
            #expect(process.waitForEnd() == .exit(0), "\(daemon.log)")
            #expect(!daemon.directory.exists("state"))
            try checkNothingIsLeft()
        }

        /// Before its first line the system answers a signal: nothing was begun then.
        @Test(arguments: [SIGTERM, SIGINT]) func atOnce(_ signal: Int32) throws {
            let process = try daemon.launch()
            process.signal(signal)
            let ending = process.waitForEnd()
            #expect(ending == .exit(0) || ending == .signal(signal), "\(daemon.log)")
            #expect(!daemon.directory.exists("state"))
            try checkNothingIsLeft()
        }

        /// No process knows the directory, and another daemon can have it.
        private func checkNothingIsLeft() throws {
            let path = daemon.directory.path
            let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
                let words = FileManager.default.contents(atPath: "/proc/\($0)/cmdline") ?? Data()
                return Int32($0) != nil && String(decoding: words, as: UTF8.self).contains(path)
            }
            #expect(left == [])
            try daemon.start()
            #expect(try daemon.stop() == .exit(0))
        }
    }
}
