// A link on a loop of its own, for tests that live on other threads.

import Glibc
import NIOCore
import NIOPosix
import RESP
import Testing

@testable import RedisClient

/// What a request was told.
typealias Outcome = Result<RedisReply, RedisFailure>

/// A link, its loop, and its history.
final class LinkHarness: Sendable {
    let loop: any EventLoop
    let bound: NIOLoopBoundBox<RedisLink?>
    let statuses: NIOLoopBoundBox<[RedisLinkStatus]>
    private let group: MultiThreadedEventLoopGroup

    init(
        _ path: String, configure: @Sendable (inout RedisLinkConfiguration) -> Void = { _ in },
        prepare: @escaping @Sendable (RedisLink) -> Void = { _ in }
    ) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
        let boxes = try loop.submit { [loop] in
            (
                NIOLoopBoundBox<RedisLink?>(nil, eventLoop: loop),
                NIOLoopBoundBox<[RedisLinkStatus]>([], eventLoop: loop)
            )
        }.wait()
        (bound, statuses) = boxes
        var configuration = RedisLinkConfiguration(endpoint: .unix(path: path))
        configure(&configuration)
        let settled = configuration
        try loop.submit { [bound, statuses, loop] in
            let link = RedisLink(configuration: settled, eventLoop: loop)
            bound.value = link
            link.onStatusChange = { statuses.value.append($0) }
            prepare(link)
            link.start()
        }.wait()
    }

    /// Runs on the loop with the link.
    func onLoop<T: Sendable>(_ body: @escaping @Sendable (RedisLink) throws -> T) throws -> T {
        try loop.submit { [bound] in
            guard let link = bound.value else { preconditionFailure("closed") }
            return try body(link)
        }.wait()
    }

    /// Hands in commands in one tick; each future is told its result.
    func begin(_ commands: [[String]], within time: TimeAmount = .seconds(5)) throws
        -> [EventLoopFuture<Outcome>]
    {
        try onLoop { link in
            commands.map { arguments in
                let promise = link.eventLoop.makePromise(of: Outcome.self)
                link.send(RedisCommand(arguments: arguments), deadline: .now() + time) {
                    promise.succeed($0)
                }
                return promise.futureResult
            }
        }
    }

    /// Sends commands and waits for all results.
    func run(_ commands: [[String]], within time: TimeAmount = .seconds(5)) throws -> [Outcome] {
        try begin(commands, within: time).map { try $0.wait() }
    }

    /// Sends one command and waits for its result.
    func run(_ command: String..., within time: TimeAmount = .seconds(5)) throws -> Outcome {
        try run([command], within: time)[0]
    }

    /// Calls a script without keys, in one tick with others.
    func beginScripts(_ calls: [(RedisScript, [String])], within time: TimeAmount = .seconds(5))
        throws -> [EventLoopFuture<Outcome>]
    {
        try onLoop { link in
            calls.map { script, arguments in
                var writer = CommandWriter()
                for argument in arguments { writer.argument(argument) }
                let promise = link.eventLoop.makePromise(of: Outcome.self)
                link.evaluate(
                    script, keysAndArguments: writer.buffer, count: arguments.count, keyCount: 0,
                    deadline: .now() + time
                ) { promise.succeed($0) }
                return promise.futureResult
            }
        }
    }

    /// Waits until something is so, looking every millisecond, for ten seconds at most.
    func wait(
        until condition: @escaping @Sendable (RedisLink) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for _ in 0..<10_000 {
            if try onLoop(condition) { return }
            usleep(1000)
        }
        Issue.record("it didn't come to be in time", sourceLocation: sourceLocation)
    }

    func close() throws {
        let closed = loop.makePromise(of: Void.self)
        try onLoop { $0.close { closed.succeed() } }
        try closed.futureResult.wait()
        try loop.submit { [bound] in bound.value = nil }.wait()
        try group.syncShutdownGracefully()
    }
}
