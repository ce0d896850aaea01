// `redis:` of the configuration: the Redis to use in place of one of our own.

import BudgetService
import RedisClient

/// Reads which Redis is used.
enum RedisReader {
    static func read(_ node: YAMLNode) -> RedisEndpoint? {
        guard let fields = node.fields(["url"]),
            let url = fields.required("url", DaemonConfiguration.endpointForms),
            let text = url.text(DaemonConfiguration.endpointForms)
        else { return nil }
        guard let endpoint = DaemonConfiguration.endpoint(text) else {
            url.fault(
                "\(url.description) can't be used; expected \(DaemonConfiguration.endpointForms)")
            return nil
        }
        return endpoint
    }
}
