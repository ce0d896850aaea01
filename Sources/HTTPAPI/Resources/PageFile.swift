// The files of the operators' page, embedded in the program. Everybody may have them: there is
// nothing in them, and they are what asks for a token. Whatever the page shows it gets from the
// API, with that token.
//
// The policy of their contents lets a browser run, show and ask nothing but what this listener
// itself serves: no script or style within the page, no other host, no frame around it.

import HTTPTypes
import NIOCore

/// A file of the page.
struct PageFile: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]

    /// The file at a path.
    static func at(_ path: Substring) -> PageFile? { table[String(path)] }

    /// What is sent.
    var reply: Reply {
        var reply = Reply(.ok, ByteBuffer(bytes: bytes), type: type)
        for (name, value) in Self.guards { reply.fields[name] = value }
        return reply
    }

    private static let guards: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'"
        ),
        (.xContentTypeOptions, "nosniff"),
        (.referrerPolicy, "no-referrer"),
    ]

    private static let table = Dictionary(
        uniqueKeysWithValues: all.map { ($0.path, $0) })
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy: HTTPField.Name = {
        guard let name = HTTPField.Name("Referrer-Policy") else {
            preconditionFailure("the name is a token")
        }
        return name
    }()
}
