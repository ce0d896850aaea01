// The data directory's checks, the configuration's quoting, and the memory's share.
import Foundation
import Testing

@testable import RedisClient

@Suite struct DataDirectoryTests {
    let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    @Test func isCreatedPrivateWithItsParents() throws {
        let directory = try DataDirectory("\(place.path)/a/b")
        #expect(directory.path == "\(place.path)/a/b")
        for path in ["\(place.path)/a", "\(place.path)/a/b"] {
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            #expect(facts[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test(arguments: [0o755, 0o750, 0o701] as [mode_t])
    func isRefusedWhenOthersMayEnter(mode: mode_t) throws {
        chmod(place.path, mode)
        let error = #expect(throws: EmbeddedRedisError.self) { try DataDirectory(place.path) }
        #expect(error?.code == .directoryUnsafe)
        #expect(error?.hint.contains("chmod 700 \(place.path)") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func isRefusedWhenItBelongsToAnother() throws {
        chown(place.path, 65_534, 65_534)
        let error = #expect(throws: EmbeddedRedisError.self) { try DataDirectory(place.path) }
        #expect(error?.code == .directoryUnsafe)
        #expect(error?.message.contains("uid 65534") == true)
    }

    @Test func isRefusedWhenTheSocketsPathIsTooLong() throws {
        let room = DataDirectory.longestSocketPath - "/redis.sock".utf8.count
        let name = String(repeating: "d", count: room - place.path.utf8.count - 1)
        #expect(throws: Never.self) { try DataDirectory("\(place.path)/\(name)") }
        let error = #expect(throws: EmbeddedRedisError.self) {
            try DataDirectory("\(place.path)/\(name)d")
        }
        #expect(error?.code == .socketPathTooLong)
        #expect(error?.message.contains("108 bytes") == true)
    }

    @Test func isRefusedWhenItIsAFile() throws {
        let file = try place.script("file", "")
        let error = #expect(throws: EmbeddedRedisError.self) { try DataDirectory(file) }
        #expect(error?.code == .directoryUnusable)
    }

    @Test func isHeldUntilReleased() throws {
        let first = try DataDirectory(place.path)
        let error = #expect(throws: EmbeddedRedisError.self) { try DataDirectory(place.path) }
        #expect(error?.code == .directoryInUse)
        first.release()
        #expect(throws: Never.self) { try DataDirectory(place.path) }
    }

    @Test func anyPathSurvivesTheConfigurationFile() {
        #expect(ServerConfigurationFile.quoted("/var/lib/budgetd") == "\"/var/lib/budgetd\"")
        #expect(ServerConfigurationFile.quoted("a\"b\\c\nd") == "\"a\\x22b\\x5cc\\x0ad\"")
    }

    @Test func memoryIsAShareWithAFloor() {
        #expect(MachineMemory.maxMemory(machineBytes: 1_000_000_000) == 400_000_000)
        #expect(MachineMemory.maxMemory(machineBytes: 0) == 64 << 20)
        #expect(MachineMemory.total() > 64 << 20)
    }

    @Test func aProcessIsToldFromAnotherWithItsPid() throws {
        let own = try #require(ProcessIdentity(livingPID: getpid()))
        #expect(own.isAlive)
        #expect(ProcessIdentity(record: own.record) == own)
        let earlier = try #require(ProcessIdentity(record: "\(own.pid) \(own.startTicks - 1)"))
        #expect(!earlier.isAlive)
        for record in ["", "12", "1 5", "x 5", "-4 5"] {
            #expect(ProcessIdentity(record: record) == nil)
        }
    }
}
