// A disk of a few megabytes that can be filled: a tmpfs, mounted in a namespace of its own, so that
// nobody but who is started in it sees it, and nothing of it is left when its keeper ends.

import Foundation
import TestSupport

/// A small disk over a directory.
final class SmallDisk {
    /// Whether this machine lets us mount one.
    static let isAllowed: Bool = {
        guard let directory = try? TestDirectory() else { return false }
        let trial = try? Program(alone + ["sh", "-c", mount, directory.path, "1"])
        return trial?.ending == .exit(0)
    }()

    private static let alone =
        ["unshare", "--mount"] + (geteuid() == 0 ? [] : ["--user", "--map-root-user"])
    /// Over the directory `$0`, of `$1` MiB.
    private static let mount = "mount -t tmpfs -o mode=700,size=$1m tmpfs \"$0\""

    private let keeper: TestProcess
    private let directory: TestDirectory
    private let place: String

    /// - Parameter place: a directory that is there.
    init(over place: String, megabytes: Int) throws {
        let directory = try TestDirectory()
        let script = Self.mount + " && touch \"$2\" && exec sleep 600"
        keeper = try TestProcess(
            Self.alone + ["sh", "-c", script, place, "\(megabytes)", directory.path + "/there"],
            directory: directory.path, output: directory.path + "/out",
            errors: directory.path + "/err")
        self.directory = directory
        self.place = place
        guard eventually({ directory.exists("there") }) else {
            throw DaemonFailure(description: "no small disk: \(directory.text("err"))")
        }
    }

    deinit { keeper.kill() }

    /// A command that becomes what is to see this disk.
    var starter: [String] {
        ["nsenter", "--target", "\(keeper.pid)", "--mount"]
            + (geteuid() == 0 ? [] : ["--user", "--preserve-credentials"])
    }

    /// The directory, from outside.
    private var inside: String { "/proc/\(keeper.pid)/root" + place }

    /// Leaves no room.
    func fill() throws {
        let file = open(inside + "/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw DaemonFailure(description: "the disk can't be filled") }
        defer { close(file) }
        let block = [UInt8](repeating: 0, count: 4096)
        while write(file, block, block.count) > 0 {}
    }

    /// Makes the room again.
    func clear() throws {
        try FileManager.default.removeItem(atPath: inside + "/ballast")
    }
}
