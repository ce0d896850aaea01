// Where a reply lies while it is read: every element is a node in one buffer, every text a part of
// another, and both stay from reply to reply. hiredis's own objects take two allocations an
// element, which is half of what reading a page of a journal costs.
//
// What must always hold: the elements of an array are neighbours, so that an element is found by
// its index. hiredis tells of an array before its elements, so their places are taken then.

import CHiredis

/// The elements and texts of one reply. Confined to its reader, which frees it.
struct ReplyArena {
    /// An element.
    struct Node {
        /// One of hiredis's `REDIS_REPLY_…`.
        let type: Int32
        /// An integer's value; of a text where it begins, of an array which node is its first
        /// element.
        let value: Int64
        /// A text's bytes, an array's elements.
        let count: Int
    }

    /// Elements of one array at the most: more is no reply of a Redis's, and asking for room for
    /// it would be the last thing that this process does.
    private static let mostElements = 1 << 24
    /// Bytes that either buffer keeps for the next reply.
    private static let mostKept = 1 << 20

    private var nodes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private var nodeCount = 0
    private var texts = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private var textBytes = 0

    func free() {
        nodes.deallocate()
        texts.deallocate()
    }

    subscript(index: Int) -> Node {
        precondition(index < nodeCount)
        return nodes.load(fromByteOffset: index * MemoryLayout<Node>.stride, as: Node.self)
    }

    /// The bytes of a text.
    func text(_ node: Node) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: texts[Int(node.value)..<Int(node.value) + node.count])
    }

    // MARK: What hiredis tells

    mutating func addText(_ task: redisReadTask, _ text: UnsafeRawBufferPointer) -> Int? {
        let index = place(task)
        Self.grow(&texts, used: textBytes, by: text.count)
        UnsafeMutableRawBufferPointer(rebasing: texts[textBytes...]).copyMemory(from: text)
        set(index, Node(type: task.type, value: Int64(textBytes), count: text.count))
        textBytes += text.count
        return index
    }

    mutating func addArray(_ task: redisReadTask, _ count: Int) -> Int? {
        guard count <= Self.mostElements else { return nil }
        let index = place(task)
        let first = nodeCount
        take(count)
        set(index, Node(type: REDIS_REPLY_ARRAY, value: Int64(first), count: count))
        return index
    }

    mutating func addInteger(_ task: redisReadTask, _ value: Int64) -> Int? {
        let index = place(task)
        set(index, Node(type: REDIS_REPLY_INTEGER, value: value, count: 0))
        return index
    }

    mutating func addNull(_ task: redisReadTask) -> Int? {
        let index = place(task)
        set(index, Node(type: REDIS_REPLY_NIL, value: 0, count: 0))
        return index
    }

    /// The node of what is told: one that its array has taken, or the first of a new reply.
    private mutating func place(_ task: redisReadTask) -> Int {
        guard let parent = task.parent else {
            begin()
            take(1)
            return 0
        }
        let array = self[Self.index(ofObject: parent.pointee.obj)]
        return Int(array.value) + Int(task.idx)
    }

    private mutating func begin() {
        nodeCount = 0
        textBytes = 0
        Self.shrink(&nodes)
        Self.shrink(&texts)
    }

    private mutating func take(_ count: Int) {
        let stride = MemoryLayout<Node>.stride
        let used = nodeCount * stride
        Self.grow(&nodes, used: used, by: count * stride)
        // Newer hiredis know types that it doesn't tell of: they are nothing.
        UnsafeMutableRawBufferPointer(rebasing: nodes[used..<used + count * stride])
            .initializeMemory(as: UInt8.self, repeating: 0)
        nodeCount += count
    }

    private func set(_ index: Int, _ node: Node) {
        nodes.storeBytes(of: node, toByteOffset: index * MemoryLayout<Node>.stride, as: Node.self)
    }

    // MARK: Objects and room

    /// hiredis holds pointers, of which a null one says that there is no memory.
    static func object(ofIndex index: Int?) -> UnsafeMutableRawPointer? {
        index.flatMap { UnsafeMutableRawPointer(bitPattern: $0 + 1) }
    }

    private static func index(ofObject object: UnsafeMutableRawPointer?) -> Int {
        Int(bitPattern: object) - 1
    }

    private static func grow(
        _ buffer: inout UnsafeMutableRawBufferPointer, used: Int, by count: Int
    ) {
        guard used + count > buffer.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(used + count, buffer.count * 2), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<used]))
        buffer.deallocate()
        buffer = larger
    }

    private static func shrink(_ buffer: inout UnsafeMutableRawBufferPointer) {
        guard buffer.count > mostKept else { return }
        buffer.deallocate()
        buffer = .allocate(byteCount: mostKept, alignment: 16)
    }
}
