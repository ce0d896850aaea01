// What changes when a file does: its inode, its length and the time of its last change. The time
// alone is not enough, since two changes may fall into one tick of the file system's clock.

import Foundation

/// A file's state, as far as stat tells it.
struct FileStamp: Equatable, Sendable {
    private let inode: UInt64
    private let bytes: Int64
    private let seconds: Int
    private let nanoseconds: Int

    /// Nil where there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        bytes = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
