// What a listener has to know.

public import Listeners

/// Where and for whom an `HTTPServer` serves.
public struct HTTPConfiguration: Sendable {
    /// Where it listens.
    public var place: ListenerPlace
    /// Which role a unix socket's peer has.
    public var roles: PeerRoles
    /// Checks bearer tokens; nil where there are none.
    public var authenticator: (any Authenticator)?
    /// What encrypts it; nil for plain text.
    public var tls: ListenerTLS?
    /// The bounds of connections.
    public var bounds: HTTPBounds

    /// Makes a configuration. On TCP nobody has a role but by a token or a certificate.
    public init(
        _ place: ListenerPlace, roles: PeerRoles = PeerRoles(),
        authenticator: (any Authenticator)? = nil, tls: ListenerTLS? = nil,
        bounds: HTTPBounds = HTTPBounds()
    ) {
        self.place = place
        self.roles = roles
        self.authenticator = authenticator
        self.tls = tls
        self.bounds = bounds
    }
}
