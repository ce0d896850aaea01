// Random bytes that look like the protocol. Whatever they are, the decoder must come to the same
// end however they are cut, and must end. The seed is printed with a failure.

import Fuzz
import NIOCore
import RESP
import Testing

@Suite struct RequestDecoderFuzzTests {
    @Test func garbageMeansTheSameHoweverItIsCut() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for round in 0..<3000 {
            let bytes = garbage(&random)
            let whole = decode([bytes], bounds: narrow)
            let cut = decode(pieces(of: bytes, &random), bounds: narrow)
            #expect(whole == cut, "seed \(seed), round \(round), bytes \(bytes)")
            guard whole == cut else { return }
        }
    }

    @Test func wholeRequestsSurvive() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            var writer = CommandWriter()
            var expected: [DecodedEvent] = []
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let arguments = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    String(repeating: "\r\n$é*", count: Int.random(in: 0...30, using: &random))
                }
                writer.command(arguments)
                expected.append(.request(arguments))
            }
            let cut = pieces(of: Array(writer.buffer.readableBytesView), &random)
            #expect(decode(cut) == expected, "seed \(seed), round \(round)")
        }
    }

    /// Pieces of the protocol, put together at random, with some bytes changed.
    private func garbage(_ random: inout SeededGenerator) -> [UInt8] {
        let words = [
            "*1\r\n", "*2\r\n", "*5\r\n", "$1\r\n", "$4\r\n", "$12\r\n", "a\r\n", "PING\r\n",
            "\r\n", "*", "$", "\n", "'", "\"", "\\x4", " ", "123456789012\r\n", "*0\r\n",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            bytes += Array((words.randomElement(using: &random) ?? "").utf8)
        }
        if Bool.random(using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
                in: 0...255, using: &random)
        }
        return bytes
    }

    private func pieces(of bytes: [UInt8], _ random: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 7), using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
