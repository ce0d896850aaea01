// What is packed is what Redis's cmsgpack unpacks, at every edge of the format.

import BudgetModel
import RESP
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct NumberPackerTests {
    static let edges: [Int64] = [
        0, 1, 31, 32, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296,
        Bounds.maxAmount, Bounds.maxSum - 1, Bounds.maxSum, -1, -31, -32, -33, -127, -128, -129,
        -32_768, -32_769, -2_147_483_648, -2_147_483_649, -Bounds.maxSum,
    ]

    @Test(arguments: [1, 15, 16, 300, 4000, 4001, 40_000])
    func redisUnpacksThem(count: Int) throws {
        let redis = try TestRedis()
        var packer = NumberPacker()
        var expected: [String] = []
        for index in 0..<count {
            let value = Self.edges[index % Self.edges.count]
            if index % 3 == 2, value >= 0 {
                packer.append(amount: value)
                expected.append("string \(value)")
            } else {
                packer.append(value)
                expected.append("number \(value)")
            }
        }
        #expect(try unpacked(packer, redis) == expected)
    }

    @Test func partsJoin() throws {
        let redis = try TestRedis()
        var first = NumberPacker()
        first.append(7 as Int64)
        var second = NumberPacker()
        for value in Self.edges { second.append(value) }
        first.append(second)
        #expect(first.count == Self.edges.count + 1)
        #expect(try unpacked(first, redis) == ([7] + Self.edges).map { "number \($0)" })
    }

    private func unpacked(_ packer: NumberPacker, _ redis: TestRedis) throws -> [String] {
        let script = """
            local out = {}
            local values = {cmsgpack.unpack(ARGV[1])}
            if type(values[1]) == 'table' then values = values[1] end
            for i, value in ipairs(values) do
              local number = type(value) == 'number'
              out[i] = type(value) .. ' ' .. (number and string.format('%.0f', value) or value)
            end
            return out
            """
        var writer = CommandWriter()
        writer.begin(argumentCount: 4)
        writer.argument("EVAL")
        writer.argument(script)
        writer.argument("0")
        writer.argument(packer.packed())
        let connection = try BlockingConnection(unixPath: redis.socketPath)
        try connection.write(writer.buffer)
        return try (connection.read().array ?? []).compactMap(\.string)
    }
}
