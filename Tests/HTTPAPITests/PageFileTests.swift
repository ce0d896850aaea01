// The operators' page: every file of it is served, as it is in the checkout, and everything that
// one of them loads is another.

import Foundation
import Testing

@testable import HTTPAPI

@Suite struct PageFileTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/HTTPAPI/OperatorPage")

    @Test func everyFileIsServedAsItIs() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(names.count == PageFile.all.count)
        for name in names {
            let path = name == "index.html" ? "/" : "/page/" + name
            let file = try #require(PageFile.at(path[...]), "\(path)")
            #expect(try Data(contentsOf: Self.folder.appending(path: name)) == Data(file.bytes))
        }
    }

    @Test func whatAFileLoadsIsServedToo() throws {
        for file in PageFile.all {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for match in text.matches(of: /from '\.\/([^']+)'|(?:src|href)="(\/[^"]+)"/) {
                let path = match.1.map { "/page/" + $0 } ?? String(match.2 ?? "")
                #expect(PageFile.at(path[...]) != nil, "\(path), loaded by \(file.path)")
            }
        }
    }

    @Test(arguments: PageFile.all.map(\.path))
    func aBrowserMayLoadNothingElse(path: String) throws {
        let reply = try #require(PageFile.at(path[...])).reply
        let policy = try #require(reply.fields[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none';"))
        #expect(!policy.contains("unsafe"))
        #expect(reply.fields[.xContentTypeOptions] == "nosniff")
        #expect(reply.fields[.contentType]?.contains("octet") == false)
    }
}
