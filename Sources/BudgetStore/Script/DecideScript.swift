// The script, twice: one that Redis refuses when its memory is used up, and one that it doesn't,
// for steps that give money back or enter what is spent already, so that the system can drain.

import BudgetModel
import RedisClient

enum DecideScript {
    /// For batches that admit.
    static let admitting = RedisScript(source: "#!lua\n" + source)
    /// For batches that only settle, record and read.
    static let settling = RedisScript(source: "#!lua flags=allow-oom\n" + source)

    /// One program in the order of its parts: the layout of the call and the short ways of one
    /// and of several plain reservations first, the general way behind them.
    private static let source = [
        PackageResources.reserve_lua, PackageResources.several_lua, PackageResources.overlay_lua,
        PackageResources.moving_lua, PackageResources.counters_lua, PackageResources.measure_lua,
        PackageResources.warn_lua, PackageResources.admit_lua, PackageResources.settle_lua,
        PackageResources.write_lua,
    ].map { String(decoding: $0, as: UTF8.self) }.joined()

    /// Whether a step asks for something that Redis may refuse for want of memory.
    static func admits(_ step: Step) -> Bool {
        guard case .admit(let admission) = step else { return false }
        return admission.kind == .reserve || admission.kind == .charge
    }
}
