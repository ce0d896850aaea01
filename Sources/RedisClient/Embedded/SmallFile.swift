// Reading and replacing small files whole. Replacing is atomic and durable: whoever reads, also
// after a power cut, sees the old text or the new one, never a part.
import Glibc

enum SmallFile {
    /// Which system call failed on which path, and why.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let call: String
        let path: String
        let number: Int32

        init(_ call: String, _ path: String, _ number: Int32 = errno) {
            self.call = call
            self.path = path
            self.number = number
        }

        var isMissingFile: Bool { call == "open" && number == ENOENT }

        var description: String { "\(call) \(path): \(String(cString: strerror(number)))" }
    }

    static func read(_ path: String) throws(Failure) -> String {
        String(decoding: try readBytes(path), as: UTF8.self)
    }

    /// - Parameter from: bytes to skip at the front.
    static func readBytes(_ path: String, from offset: Int = 0) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure("open", path) }
        defer { close(file) }
        if offset > 0 { lseek(file, offset, SEEK_SET) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// Writes a temporary file beside it, syncs it, renames it, and syncs the directory.
    static func replace(_ path: String, with text: String) throws(Failure) {
        let temporary = "\(path).new"
        try write(Array(text.utf8), to: temporary)
        guard rename(temporary, path) == 0 else {
            let failure = Failure("rename", path)
            unlink(temporary)
            throw failure
        }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        try sync(directory: slash == path.startIndex ? "." : String(path[..<slash]))
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure("open", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure("write", path) }
            written += count
        }
        guard fsync(file) == 0 else { throw Failure("fsync", path) }
    }

    private static func sync(directory: String) throws(Failure) {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure("open", directory) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure("fsync", directory) }
    }
}
