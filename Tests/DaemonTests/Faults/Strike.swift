// What strikes while workers work. Each begins, lasts while a number of requests is made, and is
// undone; then Redis answers PONG, and service has to be back.

import Foundation
import RESP
import TestSupport

/// One fault.
enum Strike: String, CaseIterable, Sendable {
    case killDaemon, stopDaemon, killRedis, killBoth, killLoadingRedis, pauseRedis
    case scriptFlush, busy, outOfMemory, failedSave, readOnly, noReplicas, evicting
    case redisDelay, redisSplit, redisFreeze, redisCutBefore, redisCutAfter, redisHalfClose
    case clientDelay, clientSplit, clientFreeze, clientCutBefore, clientCutAfter, clientHalfClose
    case flood, oversize, slowReader

    /// Begins, lasts and ends.
    func strike(_ house: FaultHouse, _ load: FaultLoad, _ random: inout SeededGenerator) throws {
        let redis = house.redis
        let number = Int.random(in: 0..<30, using: &random)
        switch self {
        case .killDaemon, .stopDaemon, .killRedis, .killBoth, .killLoadingRedis:
            try end(house, load)
        case .pauseRedis:
            redis.pause()
            load.advance(by: 30)
            redis.resume()
        case .scriptFlush: try redis.command("SCRIPT", "FLUSH")
        case .busy: try redis.command("EVAL", Self.longScript, "0")
        case .outOfMemory: try set(house, load, "maxmemory", "1", "0")
        case .noReplicas: try set(house, load, "min-replicas-to-write", "1", "0")
        case .evicting:
            try redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
            try redis.command("CLIENT", "KILL", "TYPE", "normal")
            load.advance(by: 20)
            try redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
        case .failedSave: try failSave(house, load)
        case .readOnly:
            try redis.command("REPLICAOF", "127.0.0.1", "1")
            load.advance(by: 20)
            try redis.command("REPLICAOF", "NO", "ONE")
        case .redisDelay: try pass(house.redisProxy, load, .delay(20))
        case .redisSplit: try pass(house.redisProxy, load, .split)
        case .redisFreeze: try pass(house.redisProxy, load, .freeze)
        case .redisCutBefore: try pass(house.redisProxy, load, .cutBefore(number))
        case .redisCutAfter: try pass(house.redisProxy, load, .cutAfter(number))
        case .redisHalfClose: try pass(house.redisProxy, load, .halfClose(number))
        case .clientDelay: try pass(house.clientProxy, load, .delay(20))
        case .clientSplit: try pass(house.clientProxy, load, .split)
        case .clientFreeze: try pass(house.clientProxy, load, .freeze)
        case .clientCutBefore: try pass(house.clientProxy, load, .cutBefore(number))
        case .clientCutAfter: try pass(house.clientProxy, load, .cutAfter(number))
        case .clientHalfClose: try pass(house.clientProxy, load, .halfClose(number))
        case .flood, .oversize, .slowReader: try crowd(house, load)
        }
    }

    private static let longScript = """
        local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end
        local begin = now()
        while now() - begin < 600 do end
        """

    /// A cut ends with the request that it hits, which has to come. The others last while requests
    /// pass the proxy, and a freeze long enough for its workers to feel it: those at other places
    /// go on meanwhile.
    private func pass(
        _ proxy: FaultProxy, _ load: FaultLoad, _ fault: FaultProxy.Fault
    ) throws {
        proxy.fault = fault
        switch fault {
        case .cutBefore, .cutAfter, .halfClose:
            guard eventually({ proxy.fault == .none }) else {
                throw DaemonFailure(description: "\(self) hit nothing")
            }
            load.advance(by: 20)
        case .freeze:
            usleep(500_000)
            load.advance(by: 20)
        default: _ = eventually(seconds: 3) { proxy.requests >= 40 }
        }
        proxy.fault = .none
    }

    private func set(
        _ house: FaultHouse, _ load: FaultLoad, _ name: String, _ value: String, _ back: String
    ) throws {
        try house.redis.command("CONFIG", "SET", name, value)
        load.advance(by: 30)
        try house.redis.command("CONFIG", "SET", name, back)
    }

    /// Processes end, and are started again.
    private func end(_ house: FaultHouse, _ load: FaultLoad) throws {
        let daemon = house.daemons[0]
        switch self {
        case .killDaemon: daemon.kill()
        case .stopDaemon: try daemon.stop()
        case .killBoth:
            try daemon.process.signal(SIGKILL)
            house.redis.kill()
            daemon.kill()
        default: house.redis.kill()
        }
        load.advance(by: 10, seconds: 1.5)
        if house.redis.pid == nil {
            try house.redis.start(self == .killLoadingRedis ? Self.slowly(house.redis) : [])
        }
        if try daemon.process.ending != nil { try daemon.start() }
    }

    /// Settings with which loading takes a second or two, however much there is. Redis sleeps by
    /// each command, or by one in so many where the number is negative, and the system needs some
    /// 60 µs to sleep at all.
    private static func slowly(_ redis: TestRedis) throws -> [String] {
        let folder = redis.directory + "/appendonlydir/"
        let sizes = try FileManager.default.contentsOfDirectory(atPath: folder).map {
            try FileManager.default.attributesOfItem(atPath: folder + $0)[.size] as? Int ?? 0
        }
        let commands = max(1, sizes.reduce(0, +) / 80)
        let delay = 1_500_000 / commands
        return [
            "--key-load-delay", delay > 60 ? "\(delay - 60)" : "\(-max(1, commands / 25_000))",
            "--loading-process-events-interval-bytes", "1024",
        ]
    }

    /// A directory lies where the snapshot would go, so that saving fails and Redis refuses writes
    /// with MISCONF, as it does when a disk is full.
    private func failSave(_ house: FaultHouse, _ load: FaultLoad) throws {
        let place = house.redis.directory + "/dump.rdb"
        try FileManager.default.createDirectory(
            atPath: place + "/in-the-way", withIntermediateDirectories: true)
        try house.redis.command("CONFIG", "SET", "save", "3600 1000000")
        try house.redis.command("BGSAVE")
        let isRefused = eventually(seconds: 5) {
            (try? house.redis.command("SET", "probe", "1"))?.errorCode == "MISCONF"
        }
        load.advance(by: 30)
        try house.redis.command("CONFIG", "SET", "save", "")
        try FileManager.default.removeItem(atPath: place)
        try house.redis.command("DEL", "probe")
        guard isRefused else { throw DaemonFailure(description: "no MISCONF") }
    }

    /// Clients that mean harm, or read too slowly.
    private func crowd(_ house: FaultHouse, _ load: FaultLoad) throws {
        let daemon = house.daemons[0]
        switch self {
        case .flood:
            let crowd = try (0..<400).map { _ in try daemon.connect() }
            for client in crowd { try client.send(["USAGE user flood"]) }
            load.advance(by: 30)
        case .oversize:
            let client = try daemon.connect()
            let answer = try client.ask(bytes: [
                Array("RESERVE".utf8), [UInt8](repeating: 65, count: 300_000),
            ])
            guard answer.errorCode == "TOOLARGE" else {
                throw DaemonFailure(description: "oversize: \(answer)")
            }
        default:
            let client = try daemon.connect()
            try client.send(Array(repeating: "USAGE user slow session s run r agent a", count: 700))
            load.advance(by: 60)
            for _ in 0..<700 { _ = try client.read() }
        }
    }
}
