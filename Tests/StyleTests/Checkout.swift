// The checkout that this test was built from, and its text files.
import Foundation

struct Checkout {
    let root: URL

    /// Found from where this file was compiled: Tests/StyleTests/Checkout.swift.
    init(file: String = #filePath) {
        root = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    private static let readable: Set<String> = [
        "swift", "lua", "py", "sh", "md", "html", "js", "css", "yaml", "h", "c", "",
    ]

    func files() throws -> [SourceFile] {
        var files = [try file("Package.swift")]
        for folder in ["Sources", "Tests", "deploy"] {
            let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            while let name = found?.nextObject() as? String {
                let readable = Self.readable.contains((name as NSString).pathExtension)
                let hidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
                guard readable, !hidden, !isDirectory("\(folder)/\(name)") else { continue }
                files.append(try file("\(folder)/\(name)"))
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    func topLevel() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    }

    func ignored() throws -> [String] {
        try String(contentsOf: root.appending(path: ".gitignore"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    private func isDirectory(_ path: String) -> Bool {
        var directory: ObjCBool = false
        let whole = root.appending(path: path).path
        return FileManager.default.fileExists(atPath: whole, isDirectory: &directory)
            && directory.boolValue
    }

    private func file(_ path: String) throws -> SourceFile {
        let bytes = try Data(contentsOf: root.appending(path: path))
        return SourceFile(path, String(decoding: bytes, as: UTF8.self))
    }
}
