// The inputs that are kept: by hand, and what libFuzzer found worth keeping or broken.

import Foundation

/// One file of the corpus.
package struct CorpusFile: Sendable, CustomStringConvertible {
    package let target: FuzzTarget
    package let name: String
    package let bytes: [UInt8]

    package var description: String { target.rawValue + "/" + name }

    /// The files of all targets.
    package static func all() throws -> [CorpusFile] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
        return try FuzzTarget.allCases.flatMap { target in
            let place = folder.appending(path: target.rawValue)
            let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
            return try names.sorted().map { name in
                CorpusFile(
                    target: target, name: name,
                    bytes: [UInt8](try Data(contentsOf: place.appending(path: name))))
            }
        }
    }
}
