// A call of the script without a store and a link around it: what a benchmark needs to measure
// Redis alone, with the very bytes that the daemon would send.

package import BudgetModel
package import NIOCore
package import RedisClient

/// Steps of one tenant as one call of the script.
package struct BatchCall {
    package let script: RedisScript
    /// The keys, then the arguments, each as a bulk string.
    package let keysAndArguments: ByteBuffer
    /// How many bulk strings these are.
    package let count: Int
    /// How many of them are keys.
    package let keyCount: Int

    /// Encodes the steps, in order, to be decided by Redis's clock.
    package init(_ steps: [Step], tenant: String) {
        var encoder = BatchEncoder()
        keysAndArguments = encoder.encode(steps, tenant: tenant, settings: .init())
        count = encoder.count
        keyCount = encoder.keyCount
        let admits = steps.contains(where: DecideScript.admits)
        script = admits ? DecideScript.admitting : DecideScript.settling
    }

    /// The key of a tenant's journal.
    package static func journal(tenant: String) -> String { Keys.journal(Keys.prefix(tenant)) }

    /// The key of the hash that an account's counter lies in.
    package static func key(of account: Account, tenant: String) -> String {
        Keys.window(Keys.prefix(tenant), account.scope, account.window)
    }
}
