// Bytes of a Redis connection → replies, read by libhiredis, which tells what it finds; where that
// lies is ours.

import CHiredis
import NIOCore

/// One connection's reply reader. Not Sendable: it belongs to its connection's event loop.
final class ReplyReader {
    /// Bytes that are no reply; the connection is of no use from then on.
    struct Malformed: Error, Equatable {
        let description: String
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    /// Where the next reply goes, and where none is. While one is lent more may be read: NIO does
    /// that when what a reply leads to is written to a connection that has ended.
    private var arena: UnsafeMutablePointer<ReplyArena>
    private var spare: [UnsafeMutablePointer<ReplyArena>] = []

    init() {
        functions = .allocate(capacity: 1)
        functions.initialize(to: Self.functions)
        arena = Self.makeArena()
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            // There is nothing to go on with: the next allocation would fail too.
            fatalError("out of memory")
        }
        reader.pointee.privdata = UnsafeMutableRawPointer(arena)
        self.reader = reader
    }

    private static func makeArena() -> UnsafeMutablePointer<ReplyArena> {
        let arena = UnsafeMutablePointer<ReplyArena>.allocate(capacity: 1)
        arena.initialize(to: ReplyArena())
        return arena
    }

    deinit {
        redisReaderFree(reader)
        for arena in spare + [arena] {
            arena.pointee.free()
            arena.deallocate()
        }
        functions.deallocate()
    }

    /// Takes bytes. A failure shows in `next`.
    func feed(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { raw in
            guard !raw.isEmpty else { return }
            _ = redisReaderFeed(reader, raw.bindMemory(to: CChar.self).baseAddress, raw.count)
        }
    }

    /// Lends the next whole reply.
    ///
    /// - Returns: false where there is none until more bytes come.
    /// - Throws: on bytes that are no protocol, or nested deeper than hiredis's seven levels.
    func next(_ take: (LentReply) -> Void) throws(Malformed) -> Bool {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else {
            throw Malformed(description: errorText())
        }
        guard object != nil else { return false }
        let lent = arena
        arena = spare.popLast() ?? Self.makeArena()
        reader.pointee.privdata = UnsafeMutableRawPointer(arena)
        take(LentReply(lent))
        spare.append(lent)
        return true
    }

    private func errorText() -> String {
        withUnsafeBytes(of: &reader.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// What hiredis calls; each task has the arena with it.
    private static var functions: redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        functions.createString = { task, text, length in
            ReplyReader.add(task) { task, arena in
                arena.addText(task, UnsafeRawBufferPointer(start: text, count: Int(length)))
            }
        }
        functions.createArray = { task, count in
            ReplyReader.add(task) { task, arena in arena.addArray(task, Int(count)) }
        }
        functions.createInteger = { task, value in
            ReplyReader.add(task) { task, arena in arena.addInteger(task, Int64(value)) }
        }
        functions.createNil = { task in
            ReplyReader.add(task) { task, arena in arena.addNull(task) }
        }
        // Nothing is freed one by one.
        functions.freeObject = { _ in }
        return functions
    }

    private static func add(
        _ task: UnsafePointer<redisReadTask>?,
        _ body: (redisReadTask, inout ReplyArena) -> Int?
    ) -> UnsafeMutableRawPointer? {
        guard let task, let arena = task.pointee.privdata else { return nil }
        return ReplyArena.object(
            ofIndex: body(
                task.pointee, &arena.assumingMemoryBound(to: ReplyArena.self).pointee))
    }
}
