// What all connections of a listener have in common.

import Listeners

/// A listener's settings, as its connections see them.
struct ConnectionSettings: Sendable {
    var bounds = SocketBounds()
    /// Checks AUTH; nil where no credentials are configured.
    var authenticator: (any Authenticator)?
    /// What HELLO and INFO tell about the software.
    var identity = ServerIdentity()
}
