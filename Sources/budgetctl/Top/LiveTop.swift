// The loop of `--watch`: ask, show, wait for a key or for the next time. A daemon that is gone
// for a while is asked again; what was seen stays on the screen meanwhile.

import Dispatch
import RESP

struct LiveTop {
    let request: [String]
    let connection: ConnectionOptions
    /// Milliseconds between two questions.
    let interval: Int64

    /// How long at the most until a terminal of another size is noticed.
    private static let glanceMs: Int64 = 250
    /// Ctrl-C, which is only a key there.
    private static let interrupt: Character = "\u{3}"

    /// Shows it until somebody has seen enough.
    func show(_ view: some LiveView) throws(Failure) {
        guard let terminal = Terminal() else {
            throw Failure.usage(
                "--watch needs a terminal", hint: "scripts ask without it as often as they like")
        }
        var view = view
        var session: Session?
        defer { terminal.giveBack() }
        while true {
            do throws(Failure) {
                if session == nil { session = try connection.connect() }
                if let session { view.take(try session.ask(request)) }
            } catch {
                guard error.status == .unreachable else { throw error }
                session = nil
                view.fault = error.message
            }
            if wait(terminal, &view) { return }
        }
    }

    /// Shows what there is until it is to be asked again.
    ///
    /// - Returns: whether somebody has seen enough.
    private func wait(_ terminal: Terminal, _ view: inout some LiveView) -> Bool {
        let end = Self.now + interval
        repeat {
            let size = terminal.size
            terminal.draw(view.lines(height: size.height, width: size.width))
            let key = terminal.key(within: min(Self.glanceMs, max(0, end - Self.now)))
            switch key {
            case "q", Self.interrupt: return true
            case let key?: view.press(key)
            case nil: break
            }
        } while Self.now < end
        return false
    }

    private static var now: Int64 {
        Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000)
    }
}
