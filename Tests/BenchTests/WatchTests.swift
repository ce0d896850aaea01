// `budgetbench watch` measures what it says, and looks at what watchers are told.

import Foundation
import TestSupport
import Testing

@testable import budgetbench

@Suite(.timeLimit(.minutes(10))) struct WatchTests {
    @Test func eachShapeIsMeasuredAgainstNone() throws {
        let bench = try Bench(["watch", "--quick", "--rounds", "1", "--json"])
        try #require(bench.status == 0, "\(bench.errors)")
        let report = try bench.report
        let shapes = report["shapes"] as? [[String: Any]] ?? []
        #expect(shapes.map { $0["shape"] as? String } == ["users", "mixed", "acts", "tenant"])
        for shape in shapes {
            for arm in ["without", "with"] {
                let cost = shape[arm] as? [String: [String: Double]] ?? [:]
                #expect(cost.count == 3)
                #expect(cost.values.allSatisfy { ($0["low"] ?? 0) > 0 })
            }
            #expect(shape["cut"] as? Int == 0)
            let told = shape["messages_per_second"] as? [String: Double] ?? [:]
            let isQuiet = shape["shape"] as? String == "acts"
            #expect((told["median"] ?? -1 > 0) != isQuiet, "\(shape)")
        }
        let ratios = report["ratios"] as? [[String: Any]] ?? []
        #expect(ratios.count == 8)
        #expect(ratios.count { $0["goal"] as? Double == 0.95 } == 4)
    }

    @Test func whatIsToldTwiceIsSeen() throws {
        for (parts, isFault) in [
            ([#"x{"seq":7,"a":1}x{"seq":8}"#, #"{"seq":9}"#], false),
            ([#"x{"seq":7,"a":1}"#, #"x{"seq":7}"#], true),
            ([#"x{"seq":12}x{"se"#, #"q":13}x{"seq":1"#, "4}"], false),
            ([#"x{"seq":12}x{"se"#, #"q":11}"#], true),
            ([#"{"seq":12,"warnings":[{"limit":"a"}]}{"#, #"""#, #"seq":15}"#], false),
        ] {
            let (near, far) = try Self.pair()
            defer { close(far) }
            let told = Result {
                for part in parts {
                    let count = part.utf8.withContiguousStorageIfAvailable {
                        write(far, $0.baseAddress, $0.count)
                    }
                    #expect(count == part.utf8.count)
                    try Self.read(near)
                }
                return try near.end().messages
            }
            let expected = parts.joined().components(separatedBy: #"{"seq":"#).count - 1
            #expect((try? told.get()) == (isFault ? nil : expected), "\(parts)")
        }
    }

    private static func pair() throws -> (WatcherConnection, Int32) {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (WatcherConnection(UnixSocket(ends[0])), ends[1])
    }

    private static func read(_ watcher: WatcherConnection) throws {
        var room = [UInt8](repeating: 0, count: 4096)
        try room.withUnsafeMutableBytes { _ = try watcher.read(into: $0) }
    }
}
