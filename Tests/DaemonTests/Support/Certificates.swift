// Certificates of a test's own, made by openssl: an authority, a server and clients that it signed,
// and one that another authority did.

import Foundation
import TestSupport

/// A directory of PEM files: `ca`, `server`, and whoever is signed.
struct Certificates {
    let directory: TestDirectory

    init() throws {
        directory = try TestDirectory()
        try makeAuthority("ca")
        try sign("server", names: "DNS:localhost,IP:127.0.0.1")
    }

    func path(_ name: String) -> String { directory.path + "/" + name }

    /// An authority of its own.
    func makeAuthority(_ name: String) throws {
        try run(
            ["req", "-x509", "-subj", "/CN=\(name)", "-days", "2"] + newKey(name)
                + ["-out", path(name + ".pem")])
    }

    /// A certificate with these alternative names, signed by an authority.
    func sign(_ name: String, names: String, by authority: String = "ca") throws {
        let request = path(name + ".csr")
        try run(["req", "-subj", "/CN=\(name)"] + newKey(name) + ["-out", request])
        let extensions = try directory.write(name + ".ext", "subjectAltName=\(names)\n")
        try run([
            "x509", "-req", "-in", request, "-CA", path(authority + ".pem"), "-CAkey",
            path(authority + ".key"), "-CAcreateserial", "-days", "2", "-extfile", extensions,
            "-out", path(name + ".pem"),
        ])
    }

    private func newKey(_ name: String) -> [String] {
        [
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            path(name + ".key"),
        ]
    }

    private func run(_ arguments: [String]) throws {
        let result = try Program(["openssl"] + arguments)
        guard result.ending == .exit(0) else {
            throw DaemonFailure(description: "openssl \(arguments): \(result.errors)")
        }
    }
}
