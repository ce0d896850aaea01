// The tokens file: what is in it, what isn't, and what is told of a bad one.

import AccessTokens
import BudgetService
import Foundation
import TestSupport
import Testing

private let now: Int64 = 1_800_000_000
private let hash = String(repeating: "0a", count: 32)

@Suite struct TokenFileTests {
    @Test func aCreatedTokenIsFoundAndItsSecretIsNowhere() throws {
        var file = TokenFile()
        let secret = try file.create(name: "gw", role: .ops, tenant: "a b%*", now: now)
        #expect(secret.revealed.hasPrefix("bgt_"))
        #expect(secret.revealed.utf8.count == 4 + 43)
        #expect(!file.text.contains(secret.revealed.dropFirst(4)))
        #expect("\(secret)" == "bgt_…")
        let again = try TokenFile(text: file.text, file: "t", now: now)
        #expect(again == file)
        let found = try #require(again.token(secret: secret.revealed, name: nil, now: now))
        #expect(found.caller == Caller(role: .ops, name: "token:gw", tenant: "a b%*"))
        #expect(again.token(secret: secret.revealed, name: "gw", now: now) == found)
        #expect(again.token(secret: secret.revealed, name: "other", now: now) == nil)
        #expect(again.token(secret: secret.revealed + "x", name: nil, now: now) == nil)
        #expect(again.token(secret: "", name: nil, now: now) == nil)
    }

    @Test func secretsDiffer() {
        #expect(Set((0..<100).map { _ in TokenSecret().revealed }).count == 100)
    }

    @Test func twoAreValidForRotation() throws {
        var file = TokenFile()
        let old = try file.create(name: "gw", role: .worker, tenant: "a", now: now)
        let new = try file.create(name: "gw", role: .worker, tenant: "a", now: now)
        for secret in [old, new] {
            #expect(file.token(secret: secret.revealed, name: "gw", now: now) != nil)
        }
        #expect(throws: TokenChangeError.self) {
            try file.create(name: "gw", role: .worker, tenant: "a", now: now)
        }
        try file.revoke(name: "gw", id: file.tokens[0].id)
        #expect(file.token(secret: old.revealed, name: nil, now: now) == nil)
        #expect(file.token(secret: new.revealed, name: nil, now: now) != nil)
        #expect(throws: TokenChangeError.self) {
            try file.create(name: "gw", role: .admin, tenant: "a", now: now)
        }
        try file.revoke(name: "gw")
        #expect(file.tokens.isEmpty)
        #expect(throws: TokenChangeError.self) { try file.revoke(name: "gw") }
    }

    @Test func itEndsWithItsExpiry() throws {
        var file = TokenFile()
        let secret = try file.create(name: "a", role: .worker, expiry: now + 10, now: now)
        let again = try TokenFile(text: file.text, file: "t", now: now)
        #expect(again.token(secret: secret.revealed, name: nil, now: now + 9) != nil)
        #expect(again.token(secret: secret.revealed, name: nil, now: now + 10) == nil)
        #expect(throws: TokenChangeError.self) {
            try file.create(name: "b", role: .worker, expiry: now, now: now)
        }
    }

    @Test func everyFaultIsToldAtOnceAndNoSecretIsShown() throws {
        let text = """
            # a comment

            a worker * never sha256:\(hash)
            b c
            n\u{e4}me worker * never sha256:\(hash)
            c boss * never sha256:\(hash)
            d ops a%00 never sha256:\(hash)
            e ops x tomorrow sha256:\(hash)
            f ops x never bgt_secret
            g ops x never sha256:\(hash)

            """
        let faults = #expect(throws: TokenFaults.self) {
            try TokenFile(text: text, file: "t", now: now)
        }
        #expect(
            faults?.lines == [
                "t:4: 2 words; expected name, role, tenant or *, expiry or never, sha256:<hash>",
                "t:5: the name is \"n\u{e4}me\"; expected 1 to 64 letters, digits, ., _ or -",
                "t:6: the role is \"boss\"; expected one of worker, ops, admin",
                "t:7: the tenant is \"a%00\"; expected a tenant's name or *",
                "t:8: the expiry is \"tomorrow\"; expected never or a time like "
                    + "2027-01-31T00:00:00Z",
                "t:9: no hash; expected sha256: and 64 hexadecimal digits",
                "t:10: this token stands there already; expected each once",
            ])
    }

    @Test func commentsSurviveAChange() throws {
        let text = "# keep me\n\na worker * never sha256:\(hash)\n# and me\n"
        var file = try TokenFile(text: text, file: "t", now: now)
        try file.revoke(name: "a")
        #expect(file.text == "# keep me\n\n# and me\n")
    }

    /// Of changes at one time none is lost, and none is seen half done.
    @Test func changesAtOneTimeAreAllThere() throws {
        let directory = try TestDirectory()
        let path = directory.path + "/tokens"
        // Threads, since tasks may have to share one.
        DispatchQueue.concurrentPerform(iterations: 40) { index in
            try? TokenFile.change(path: path, now: now) { file in
                _ = try file.create(name: "t\(index)", role: .worker, now: now)
            }
        }
        #expect(try TokenFile(path: path, now: now).tokens.count == 40)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["tokens"])
    }

    @Test func aChangeThatFailsChangesNothing() throws {
        let directory = try TestDirectory()
        let path = try directory.write("tokens", "# mine\n")
        #expect(throws: TokenChangeError.self) {
            try TokenFile.change(path: path, now: now) { try $0.revoke(name: "nobody") }
        }
        #expect(directory.text("tokens") == "# mine\n")
        try directory.write("tokens", "nonsense\n")
        #expect(throws: TokenFaults.self) {
            try TokenFile.change(path: path, now: now) { _ in }
        }
        #expect(directory.text("tokens") == "nonsense\n")
    }

    /// Root changes it for the daemon's user.
    @Test(.enabled(if: geteuid() == 0)) func itsOwnerStaysItsOwner() throws {
        let directory = try TestDirectory()
        let path = directory.path + "/tokens"
        chown(directory.path, 4711, 4712)
        func owner() throws -> [UInt32] {
            var status = stat()
            try #require(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            return [status.st_uid, status.st_gid]
        }
        try TokenFile.change(path: path, now: now) { _ in }
        #expect(try owner() == [4711, 4712])
        chown(path, 4713, 4714)
        try TokenFile.change(path: path, now: now) { _ in }
        #expect(try owner() == [4713, 4714])
    }

    /// Links stay, and what they lead to is changed, also where it is not there yet.
    @Test func aSymbolicLinkStaysOne() throws {
        let directory = try TestDirectory()
        let (path, target) = (directory.path + "/tokens", directory.path + "/far/real")
        try FileManager.default.createDirectory(
            atPath: directory.path + "/far", withIntermediateDirectories: false)
        symlink("far/link", path)
        symlink("real", directory.path + "/far/link")
        for name in ["a", "b"] {
            _ = try TokenFile.change(path: path, now: now) {
                try $0.create(name: name, role: .admin, now: now)
            }
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: path)
            #expect(link == "far/link")
        }
        #expect(try TokenFile(path: target, now: now).tokens.map(\.name) == ["a", "b"])
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/far")
        #expect(left.sorted() == ["link", "real"])
    }

    @Test func onDiskItIsItsOwnersAlone() throws {
        let directory = FileManager.default.temporaryDirectory.path + "/tokens-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/tokens"
        var file = TokenFile()
        _ = try file.create(name: "a", role: .admin, now: now)
        try file.write(path: path)
        #expect(try TokenFile(path: path, now: now) == file)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o620], ofItemAtPath: path)
        let faults = #expect(throws: TokenFaults.self) { try TokenFile(path: path, now: now) }
        #expect(faults?.description.contains("chmod 600") == true)
    }
}
