// Texts in the order in which they first came, each with its place from 1, each once. They are
// told apart by their bytes, as Redis does: Swift's strings are equal where they look the same,
// so that é written as one character or as two would share a place.

import BudgetModel
import Glibc
import RESP

struct PlaceList {
    private var texts: TextList
    /// Of each text; equal texts have equal ones.
    private var hashes: [UInt64] = []
    /// Of each text, the list that it belongs to.
    private var groups: [Int] = []
    /// Places by hash, open addressing, 0 where there is none; empty while there are few texts,
    /// whose hashes are compared one by one.
    private var slots: [Int32] = []

    private static let mostCompared = 16

    init(capacity: Int) {
        texts = TextList(capacity: capacity)
    }

    var count: Int { texts.count }

    /// The place of the text that `write` appends, which is added where it is new.
    ///
    /// - Parameter group: the same text is another one in another group.
    mutating func add(
        group: Int = 0, _ write: (inout ByteText) -> Void
    ) -> (place: Int, isNew: Bool) {
        texts.add(write)
        let own = texts.count - 1
        let hash = hash(own) &+ UInt64(truncatingIfNeeded: group)
        if let known = place(hash, group, own) {
            texts.removeLast()
            return (known, false)
        }
        hashes.append(hash)
        groups.append(group)
        if count > Self.mostCompared { index() }
        return (count, true)
    }

    /// Begins anew, in the same memory.
    mutating func removeAll() {
        texts.removeAll()
        hashes.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
        slots = []
    }

    func write(to writer: inout CommandWriter) { texts.write(to: &writer) }

    private func place(_ hash: UInt64, _ group: Int, _ own: Int) -> Int? {
        guard !slots.isEmpty else {
            return hashes.indices.first { hashes[$0] == hash && isSame($0, own, group) }
                .map { $0 + 1 }
        }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if hashes[index] == hash, isSame(index, own, group) { return index + 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func isSame(_ index: Int, _ own: Int, _ group: Int) -> Bool {
        guard groups[index] == group else { return false }
        return texts.bytes.bytes.withUnsafeBytes { all in
            let (known, other) = (texts.range(index), texts.range(own))
            guard known.count == other.count, let base = all.baseAddress else {
                return known.count == other.count
            }
            return memcmp(base + known.lowerBound, base + other.lowerBound, known.count) == 0
        }
    }

    /// Finds a slot for the last text; for all of them where there are too few slots.
    private mutating func index() {
        guard slots.count < count * 2 else { return put(count) }
        slots = [Int32](repeating: 0, count: max(64, slots.count * 4))
        for place in 1...count { put(place) }
    }

    private mutating func put(_ place: Int) {
        var slot = Int(truncatingIfNeeded: hashes[place - 1]) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(place)
    }

    /// Eight bytes at a time. Nobody gains by texts whose hashes meet: a batch has hundreds.
    private func hash(_ index: Int) -> UInt64 {
        texts.bytes.bytes.withUnsafeBytes { all in
            let text = UnsafeRawBufferPointer(rebasing: all[texts.range(index)])
            var hash = UInt64(text.count)
            var rest = 0
            while rest + 8 <= text.count {
                mix(text.loadUnaligned(fromByteOffset: rest, as: UInt64.self), into: &hash)
                rest += 8
            }
            var tail: UInt64 = 0
            while rest < text.count {
                tail = tail << 8 | UInt64(text[rest])
                rest += 1
            }
            mix(tail, into: &hash)
            return hash
        }
    }

    private func mix(_ word: UInt64, into hash: inout UInt64) {
        hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
        hash ^= hash >> 32
    }
}
