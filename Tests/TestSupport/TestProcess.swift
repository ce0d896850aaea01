// A program that a test runs: started, watched over, waited for with a deadline, ended.

import Glibc
import Synchronization

/// One run of a program. It can't outlive the tests: where they die without having ended it, a
/// watchdog does.
public final class TestProcess: Sendable {
    /// How a program ended.
    public enum Ending: Equatable, Sendable {
        /// It ended itself, with this status.
        case exit(Int32)
        /// A signal ended it.
        case signal(Int32)
    }

    private struct State {
        var ending: Ending?
        var watchdog: Watchdog?
    }

    /// The process; another one's as soon as its end was seen.
    public let pid: Int32
    private let state: Mutex<State>

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - directory: what the watchdog removes.
    ///   - output: a file to which its standard output is appended.
    ///   - errors: the same for its standard error.
    ///   - holdsSignals: whether it begins with every signal blocked.
    public init(
        _ arguments: [String], directory: String, output: String, errors: String,
        holdsSignals: Bool = false
    ) throws {
        pid = try ChildProcess.spawn(
            arguments, .init(output: output, errors: errors), holdsSignals: holdsSignals)
        state = Mutex(State(watchdog: try? Watchdog(over: pid, directory: directory)))
    }

    deinit { kill() }

    /// Sends a signal, unless it is known to have ended.
    public func signal(_ number: Int32) {
        state.withLock { state in
            if look(&state) == nil { Glibc.kill(pid, number) }
        }
    }

    /// How it ended; nil while it runs.
    public var ending: Ending? { state.withLock { look(&$0) } }

    /// Waits for its end.
    ///
    /// - Returns: nil where it still runs after that time.
    public func waitForEnd(seconds: Int = 20) -> Ending? {
        for _ in 0..<(seconds * 500) {
            if let ending { return ending }
            usleep(2000)
        }
        return nil
    }

    /// kill -9, and waits for its end.
    public func kill() {
        signal(SIGKILL)
        _ = waitForEnd()
    }

    private func look(_ state: inout State) -> Ending? {
        if let ending = state.ending { return ending }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let ending: Ending = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
        state.ending = ending
        state.watchdog?.dismiss()
        state.watchdog = nil
        return ending
    }
}
