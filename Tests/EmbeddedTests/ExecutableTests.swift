// Where programs are found.
import Foundation
import Testing

@testable import RedisClient

@Suite struct ExecutableTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func theFirstFolderOfThePathThatHasItWins() throws {
        let program = try directory.script("sh", "exit 0")
        let path = "\(directory.path)/no:\(directory.path):/bin"
        #expect(try Executable.find("sh", package: "x", path: path) == program)
        #expect(try Executable.find("sh", package: "x", path: "/bin:/usr/bin") == "/bin/sh")
    }

    @Test func theSystemsFoldersAreTheLastResort() throws {
        #expect(try Executable.find("sh", package: "x", path: "") == "/usr/bin/sh")
    }

    @Test func aMissingOneIsNamedWithItsPackage() {
        let error = #expect(throws: EmbeddedRedisError.self) {
            try Executable.find("no-such-program", package: "a-package", path: directory.path)
        }
        #expect(error?.code == .executableMissing)
        #expect(error?.description.contains("no-such-program is not installed") == true)
        #expect(error?.hint == "install with: apt-get install a-package")
    }
}
