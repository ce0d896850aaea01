// `http:` of the configuration: the settings of `listen:`, and a unix socket beside or instead.

import BudgetService

/// Reads where HTTP clients are served.
enum HTTPReader {
    static let keys = ["socket"] + ListenReader.keys

    /// - Parameters:
    ///   - directory: where relative paths begin.
    ///   - now: in seconds since 1970, for the tokens file.
    static func read(
        _ node: YAMLNode, from directory: String, now: Int64
    ) -> HTTPListenConfiguration? {
        guard let fields = node.fields(keys) else { return nil }
        var http = HTTPListenConfiguration()
        http.socketPath = fields["socket"].flatMap { SocketReader.path($0, directory) }
        if fields["address"] != nil {
            http.tcp = ListenReader.read(fields, of: node, from: directory, now: now)
            http.tokensPath = http.tcp?.tokensPath
            http.maxConnections = http.tcp?.maxConnections
            return http
        }
        guard fields["socket"] != nil else {
            node.fault("there is nowhere to listen; expected socket, address or both")
            return nil
        }
        fields["tls"]?.fault("this is about TCP; expected address beside it")
        http.tokensPath = fields["tokens"].flatMap { ListenReader.tokens($0, directory, now) }
        http.maxConnections = fields["max_connections"]?.whole(1...100_000, "1 to 100000")
            .map(Int.init)
        return http
    }
}
