// Every input that was worth keeping, read again.

import Fuzz
import Testing

@Suite struct CorpusTests {
    @Test(arguments: try CorpusFile.all()) func holds(_ file: CorpusFile) {
        #expect(file.target.breach(by: file.bytes) == nil)
    }

    @Test(arguments: FuzzTarget.allCases) func thereAreSome(_ target: FuzzTarget) throws {
        #expect(try CorpusFile.all().count { $0.target == target } >= 10)
    }
}
