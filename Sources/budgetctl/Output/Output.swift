// Where text goes: answers to standard output, all else to standard error. Whoever reads the
// answers may have seen enough (`| head`): that ends the program as it ends others. A disk that is
// full is said so, since what was done is done, and only its answer is lost.

import Foundation
import Glibc

enum Output {
    /// Fills the places of files that are closed, before another file takes one of them and is
    /// written to as if it were the terminal.
    static func begin() {
        for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(file, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    static func line(_ text: String) { write(text + "\n") }

    /// Writes text as it is.
    static func write(_ text: String) {
        guard let fault = put(text, STDOUT_FILENO) else { return }
        if fault == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        error("budgetctl: the answer can't be written: " + String(cString: strerror(fault)))
        exit(ExitStatus.refused.rawValue)
    }

    static func error(_ text: String) { _ = put(text + "\n", STDERR_FILENO) }

    /// Writes all of it.
    ///
    /// - Returns: the error's number where that can't be.
    private static func put(_ text: String, _ file: Int32) -> Int32? {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                var room = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    /// Lines and columns of the terminal that answers go to; nil where it doesn't tell, or where
    /// they go elsewhere.
    static var screen: (height: Int?, width: Int?) {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        else { return (nil, nil) }
        return (
            size.ws_row > 0 ? Int(size.ws_row) : nil, size.ws_col > 0 ? Int(size.ws_col) : nil
        )
    }

    /// Columns that a line may have.
    static var width: Int { screen.width ?? .max }
}
