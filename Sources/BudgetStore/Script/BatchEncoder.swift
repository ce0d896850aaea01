// Steps of one tenant → the script's keys and arguments. What several steps share (a hash, a
// counter, a steering field) is sent once, which is what makes a batch cheaper than its parts.
// The layout is the one that reserve.lua opens with.
//
// One encoder writes call after call in the same memory: a call is made of a dozen lists, and
// making room for them anew costs as much as filling them.

import BudgetModel
import NIOCore
import RESP

struct BatchEncoder {
    /// How long things are kept, and what belongs to the daemon rather than to a step.
    struct Settings {
        var epoch: Int64 = 0
        var graceMs: Int64 = 30_000
        var onExpire = ReservationRules.OnExpire.release
        var keep = Retention()
        /// A test's clock; nil asks Redis.
        var now: Int64?
    }

    /// Longer than any commit can be late: a counter is kept for a week more.
    static let slack = 7 * Retention.day

    private(set) var settings = Settings()
    private(set) var prefix = ""
    var hashes = PlaceList(capacity: 512)
    /// For each hash, when its counters go or how long they are kept (see `addHash`).
    var expiries: [Int64] = []
    /// For each hash, its idle time or what it is instead of a lifetime.
    var idles: [Int64] = []
    /// The counters that have cells, grouped by the hash that each is in.
    var counters = PlaceList(capacity: 128)
    var steering = PlaceList(capacity: 256)
    /// The places of the steering fields in the order in which the steps will want them.
    var steeringPlaces: [Int] = []
    var nextSteering = 0
    var records = TextList(capacity: 64)
    var texts = TextList(capacity: 512)
    var extras = PlaceList(capacity: 0)
    var operations = NumberPacker()
    private var header = NumberPacker()

    /// Encodes a tenant's steps, in order.
    mutating func encode(
        _ steps: [Step], tenant: String, settings: Settings
    ) -> ByteBuffer {
        clear()
        self.settings = settings
        prefix = Keys.prefix(tenant)
        for step in steps { collectSteering(step) }
        firstExtra = 3 + steering.count + steps.count
        for step in steps { add(step) }
        header.append(settings.now ?? 0)
        header.append(settings.graceMs)
        header.append(steering.count)
        header.append(hashes.count)
        header.append(steps.count)
        for index in expiries.indices {
            header.append(expiries[index])
            header.append(idles[index])
        }
        header.append(operations)
        var writer = CommandWriter()
        writer.buffer.reserveCapacity(1024 * steps.count)
        writer.argument(Keys.journal(prefix))
        writer.argument(Keys.steering(prefix))
        writer.argument(Keys.holds(prefix))
        hashes.write(to: &writer)
        records.write(to: &writer)
        writer.argument(String(settings.epoch) + "-")
        writer.argument(header.packed())
        steering.write(to: &writer)
        texts.write(to: &writer)
        extras.write(to: &writer)
        return writer.buffer
    }

    private mutating func clear() {
        hashes.removeAll()
        expiries.removeAll(keepingCapacity: true)
        idles.removeAll(keepingCapacity: true)
        counters.removeAll()
        steering.removeAll()
        steeringPlaces.removeAll(keepingCapacity: true)
        nextSteering = 0
        records.removeAll()
        texts.removeAll()
        extras.removeAll()
        operations.removeAll()
        header.removeAll()
    }

    /// How many keys were encoded.
    var keyCount: Int { 3 + hashes.count + records.count }

    /// How many keys and arguments were encoded.
    var count: Int { keyCount + 2 + steering.count + texts.count + extras.count }

    private(set) var firstExtra = 0

    private mutating func add(_ step: Step) {
        switch step {
        case .admit(let admission): add(admission)
        case .settle(let settlement): add(settlement)
        case .extend(let reservation, let timeToLive):
            addRecord(reservation.id) { text in
                text.append("X\t")
                text.append(reservation.call.bodyDigest)
                text.append("\t")
            }
            add(extension: reservation, timeToLive)
        case .status(let id):
            addRecord(id) { _ in }
            operations.append(9)
        case .usage(_, let limits, let from, let until):
            addNoRecord()
            operations.append(10)
            appendValidity(from, until)
            operations.append(limits.count)
            for limit in limits { add(limit, Amounts(), task: nil) }
        }
    }

    mutating func addRecord(_ id: ReservationID, _ write: (inout ByteText) -> Void) {
        records.add { [prefix] in Keys.record(prefix, id.digest, to: &$0) }
        texts.add(write)
    }

    /// Steps without a record have the place of one.
    mutating func addNoRecord() {
        records.add { [prefix] in $0.append(Keys.journal(prefix)) }
        texts.add { _ in }
    }

    mutating func appendValidity(_ from: Int64, _ until: Int64) {
        operations.append(max(0, from))
        operations.append(min(until, Bounds.maxSum))
    }
}
