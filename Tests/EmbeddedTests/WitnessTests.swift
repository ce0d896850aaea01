// The witness: what it remembers, what it misses in a Redis that came back, and its file.
import Foundation
import Testing

@testable import RedisClient

@Suite struct WitnessTests {
    let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private var path: String { "\(place.path)/witness" }

    private func mark(_ epoch: UInt64, _ sequence: UInt64) -> WitnessMark {
        WitnessMark(epoch: epoch, sequence: sequence)
    }

    @Test func aMissingFileIsAFirstStart() throws {
        let witness = try Witness.load(path: path)
        #expect(witness.isFirstStart)
        #expect(witness.seen.losses(against: ["acme": mark(1, 1)]).isEmpty)
        #expect(try !witness.flushIfChanged())
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func marksOnlyRise() throws {
        let witness = try Witness.load(path: path)
        witness.saw(tenant: "acme", epoch: 2, sequence: 5)
        witness.saw(tenant: "acme", epoch: 2, sequence: 4)
        witness.saw(tenant: "acme", epoch: 1, sequence: 900)
        #expect(witness.mark(of: "acme") == mark(2, 5))
        witness.saw(tenant: "acme", epoch: 3, sequence: 0)
        #expect(witness.mark(of: "acme") == mark(3, 0))
        #expect(witness.epoch == 3)
        #expect(witness.mark(of: "other") == nil)
    }

    @Test func aStoreThatIsBehindIsNoticed() throws {
        let witness = try Witness.load(path: path)
        for tenant in ["a", "b", "c", "d"] { witness.saw(tenant: tenant, epoch: 2, sequence: 5) }
        let losses = witness.seen.losses(against: [
            "a": mark(2, 4), "b": mark(2, 5), "c": mark(1, 50), "new": mark(2, 1),
        ])
        #expect(
            losses == [
                WitnessLoss(tenant: "a", seen: mark(2, 5), found: mark(2, 4)),
                WitnessLoss(tenant: "c", seen: mark(2, 5), found: mark(1, 50)),
                WitnessLoss(tenant: "d", seen: mark(2, 5), found: nil),
            ])
    }

    @Test func acceptingALossRaisesTheEpochByOne() throws {
        let witness = try Witness.load(path: path)
        witness.saw(tenant: "a", epoch: 2, sequence: 5)
        let store = ["a": mark(2, 3)]
        #expect(!witness.seen.losses(against: store).isEmpty)
        #expect(witness.accept(store: store) == 3)
        #expect(witness.seen.losses(against: store).isEmpty)
        #expect(try witness.flushIfChanged())
        #expect(try Witness.load(path: path).epoch == 3)
    }

    @Test func aDeletedTenantIsNotMissed() throws {
        let witness = try Witness.load(path: path)
        witness.saw(tenant: "a", epoch: 1, sequence: 5)
        witness.forget(tenant: "a")
        #expect(witness.seen.losses(against: [:]).isEmpty)
    }

    @Test func theFileBringsBackWhatWasSeen() throws {
        let names = ["acme", "", "with space", "line\nbreak", "100%", "Grüße", "{x}"]
        let witness = try Witness.load(path: path)
        for (index, name) in names.enumerated() {
            witness.saw(tenant: name, epoch: 1, sequence: UInt64(index) + 1)
        }
        witness.saw(tenant: "acme", epoch: .max, sequence: .max)
        #expect(try witness.flushIfChanged())
        let read = try Witness.load(path: path)
        #expect(!read.isFirstStart)
        #expect(read.seen.marks.keys.sorted() == names.sorted())
        for name in names { #expect(read.mark(of: name) == witness.mark(of: name)) }
        #expect(read.epoch == .max)
    }

    @Test func theFileIsWrittenOnlyWhenSomethingChanged() throws {
        let witness = try Witness.load(path: path)
        witness.saw(tenant: "a", epoch: 1, sequence: 1)
        #expect(try witness.flushIfChanged())
        #expect(try !witness.flushIfChanged())
        witness.saw(tenant: "a", epoch: 1, sequence: 1)
        #expect(try !witness.flushIfChanged())
        witness.saw(tenant: "a", epoch: 1, sequence: 2)
        #expect(try witness.flushIfChanged())
    }

    @Test func aFailedWriteIsToldAndTriedAgain() throws {
        let witness = try Witness.load(path: path)
        witness.saw(tenant: "a", epoch: 1, sequence: 1)
        mkdir(path, 0o700)
        let error = #expect(throws: WitnessError.self) { try witness.flushIfChanged() }
        guard case .unwritable(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        rmdir(path)
        #expect(try witness.flushIfChanged())
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["witness"])
    }

    @Test func everyFlippedByteAndEveryMissingTailIsNoticed() throws {
        let witness = try Witness.load(path: path)
        witness.saw(tenant: "acme", epoch: 1, sequence: 1042)
        try witness.flushIfChanged()
        let whole = try SmallFile.readBytes(path)
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 1
            try expectDamaged(bytes)
            try expectDamaged(Array(whole[..<index]))
        }
    }

    @Test func aNewerVersionIsNotGuessedAt() throws {
        try expectDamaged(Array("budgetd-witness 2\nepoch 1\n".utf8), "version 2")
    }

    private func expectDamaged(_ bytes: [UInt8], _ reason: String = "") throws {
        try Data(bytes).write(to: URL(filePath: path))
        let error = #expect(throws: WitnessError.self) { try Witness.load(path: path) }
        guard case .damaged(path, let why) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.isEmpty || why.contains(reason))
        #expect(error?.description.contains(path) == true)
    }
}
