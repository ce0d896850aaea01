// Texts one behind another in one stretch of memory, ready to be copied into a call.

import BudgetModel
import RESP

struct TextList {
    private(set) var bytes = ByteText()
    private var ends: [Int] = []

    init(capacity: Int) {
        bytes = ByteText(capacity: capacity)
    }

    var count: Int { ends.count }

    /// Adds what `write` appends, which must be nothing but appending.
    mutating func add(_ write: (inout ByteText) -> Void) {
        write(&bytes)
        ends.append(bytes.count)
    }

    /// Begins anew, in the same memory.
    mutating func removeAll() {
        bytes.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    /// Takes the last one back.
    mutating func removeLast() {
        ends.removeLast()
        bytes.truncate(to: ends.last ?? 0)
    }

    func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Writes each as an argument.
    func write(to writer: inout CommandWriter) {
        bytes.bytes.withUnsafeBytes { all in
            for index in ends.indices {
                writer.argument(UnsafeRawBufferPointer(rebasing: all[range(index)]))
            }
        }
    }
}
