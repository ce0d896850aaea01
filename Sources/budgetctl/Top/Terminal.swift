// A terminal that is written over again and again, and told keys as they are pressed. Whatever ends
// the program puts it back as it was.

import Dispatch
import Foundation
import Synchronization

/// The terminal of this process.
final class Terminal {
    private let screen: Screen
    /// What may end the program from outside.
    private var endings: [any DispatchSourceSignal] = []

    /// Takes it: another screen, no cursor, keys without a line's end, long lines cut.
    ///
    /// - Returns: nil where input or output is none.
    init?() {
        guard let screen = Screen() else { return nil }
        self.screen = screen
        for number in [SIGTERM, SIGHUP, SIGINT] {
            // The source is told of it nevertheless.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                screen.giveBack()
                exit(128 + number)
            }
            source.resume()
            endings.append(source)
        }
        screen.take()
    }

    /// Puts it back.
    func giveBack() { screen.giveBack() }

    /// Lines and columns that it has.
    var size: (height: Int, width: Int) {
        let screen = Output.screen
        return (screen.height ?? 24, screen.width ?? 80)
    }

    /// Shows these lines and no others.
    func draw(_ lines: [String]) {
        let shown = lines.prefix(size.height).map { $0 + "\u{1b}[K" }.joined(separator: "\r\n")
        Screen.write("\u{1b}[H" + shown + "\u{1b}[J")
    }

    /// The next key that is pressed within so many milliseconds.
    func key(within milliseconds: Int64) -> Character? {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&input, 1, Int32(clamping: milliseconds)) > 0 else { return nil }
        var byte: UInt8 = 0
        // An input that has ended is a key that ends it.
        guard read(STDIN_FILENO, &byte, 1) == 1 else { return "q" }
        return Character(Unicode.Scalar(byte))
    }
}

/// What a terminal was before, which whoever is first puts back.
private final class Screen: Sendable {
    private let before: termios
    private let isTaken = Mutex(false)

    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            tcgetattr(STDIN_FILENO, &settings) == 0
        else { return nil }
        before = settings
    }

    func take() {
        var settings = before
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        isTaken.withLock { $0 = true }
        Self.write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l")
    }

    func giveBack() {
        let wasTaken = isTaken.withLock { isTaken in
            defer { isTaken = false }
            return isTaken
        }
        guard wasTaken else { return }
        Self.write("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l")
        var settings = before
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    static func write(_ text: String) { Output.write(text) }
}
