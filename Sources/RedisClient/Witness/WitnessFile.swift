// The witness as text: a version, the epoch, a line per tenant, and a checksum over the lines
// before it. Readable with any tool; a flipped byte or a missing tail is noticed.
//
//     budgetd-witness 1
//     epoch 3
//     tenant 3 1042 acme
//     checksum 8c2f0a5be3b7d611

enum WitnessFile {
    struct Fault: Error, Equatable {
        let reason: String
    }

    private static let head = "budgetd-witness "
    private static let version = "1"

    static func text(of ledger: WitnessLedger) -> String {
        var body = "\(head)\(version)\nepoch \(ledger.epoch)\n"
        for (tenant, mark) in ledger.marks.sorted(by: { $0.key < $1.key }) {
            body += "tenant \(mark.epoch) \(mark.sequence) \(escaped(tenant))\n"
        }
        return "\(body)checksum \(checksum(body))\n"
    }

    static func parse(_ text: String) throws(Fault) -> WitnessLedger {
        guard text.hasPrefix(head) else { throw Fault(reason: "it does not begin as one") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let written = lines[0].dropFirst(head.count)
        guard written == version else {
            throw Fault(reason: "it has version \(written), and this budgetd knows \(version)")
        }
        guard lines.popLast() == "", let last = lines.popLast(), last.hasPrefix("checksum ") else {
            throw Fault(reason: "its end is missing")
        }
        let body = lines.map { "\($0)\n" }.joined()
        guard last == "checksum \(checksum(body))" else {
            throw Fault(reason: "its checksum does not fit")
        }
        var ledger = WitnessLedger()
        guard lines.count >= 2, lines[1].hasPrefix("epoch "),
            let epoch = UInt64(lines[1].dropFirst(6))
        else { throw Fault(reason: "line 2 is not an epoch") }
        ledger.epoch = epoch
        for (index, line) in lines.enumerated().dropFirst(2) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 4, words[0] == "tenant", let epoch = UInt64(words[1]),
                let sequence = UInt64(words[2]), let tenant = unescaped(words[3])
            else { throw Fault(reason: "line \(index + 1) is not a tenant") }
            ledger.marks[tenant] = WitnessMark(epoch: epoch, sequence: sequence)
        }
        return ledger
    }

    /// Bytes outside printable ASCII, the space and the percent sign become % and two hex digits.
    private static func escaped(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            if byte > 0x20, byte < 0x7f, byte != UInt8(ascii: "%") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + padded(UInt64(byte), to: 2)
            }
        }
        return text
    }

    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, let digits = String(rest.prefix(2)),
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// FNV-1a, 64 bits: against accidents, not against forgery. Each step is a bijection, so a
    /// single changed byte always shows.
    private static func checksum(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return padded(hash, to: 16)
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}
