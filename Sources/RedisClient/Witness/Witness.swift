// The witness: what this daemon last saw of Redis's epoch and of each tenant's sequence number,
// kept outside Redis's directory. An emptied or older data directory starts without complaint, so
// only somebody outside can notice that acknowledged changes are gone.
//
// What must always hold:
// - a mark only rises, by epoch first, then by sequence, as the ids of a Redis stream do;
// - the file is a whole state that once was true: replaced at once, with a checksum;
// - the file may lag behind memory (it is flushed now and then), so it can fail to notice the loss
//   of the last moments before a crash of both, but it never reports a loss that there was not;
// - a damaged file is never taken for a first start.
import Synchronization

/// The last epoch and sequence numbers seen, in memory and in a file.
public final class Witness: Sendable {
    private struct State {
        var ledger: WitnessLedger
        var changed: Bool
    }

    /// The file's path.
    public let path: String
    /// True when there was no file: nothing was ever seen.
    public let isFirstStart: Bool
    private let state: Mutex<State>
    /// Held while the file is written: flushes go one after the other.
    private let writing = Mutex(())

    private init(path: String, ledger: WitnessLedger?) {
        self.path = path
        isFirstStart = ledger == nil
        state = Mutex(State(ledger: ledger ?? WitnessLedger(), changed: false))
    }

    /// Reads the file; none means a first start. Nothing is written. Blocks for a small file's
    /// time.
    /// - Throws: `WitnessError` when the file is there and can't be read or believed.
    public static func load(path: String) throws(WitnessError) -> Witness {
        let text: String
        do throws(SmallFile.Failure) {
            text = try SmallFile.read(path)
        } catch {
            if error.isMissingFile { return Witness(path: path, ledger: nil) }
            throw .unreadable(path: path, reason: "\(error)")
        }
        do throws(WitnessFile.Fault) {
            return Witness(path: path, ledger: try WitnessFile.parse(text))
        } catch {
            throw .damaged(path: path, reason: error.reason)
        }
    }

    /// Notes what an answer said. Cheap: one lock, one look-up. A lower mark changes nothing.
    public func saw(tenant: String, epoch: UInt64, sequence: UInt64) {
        state.withLock { state in
            if state.ledger.raise(tenant, to: WitnessMark(epoch: epoch, sequence: sequence)) {
                state.changed = true
            }
        }
    }

    /// The highest epoch seen or accepted.
    public var epoch: UInt64 { state.withLock { $0.ledger.epoch } }

    /// The last mark seen of a tenant.
    public func mark(of tenant: String) -> WitnessMark? {
        state.withLock { $0.ledger.marks[tenant] }
    }

    /// All that was seen so far. To be taken before Redis is read to compare: what is seen
    /// meanwhile may be newer than what was read.
    public var seen: WitnessLedger { state.withLock { $0.ledger } }

    /// Accepts, on an administrator's word, that Redis is behind: the epoch is raised by one, so
    /// that new sequence numbers lie above all lost ones, and `store` becomes what was last seen.
    /// Flush afterwards.
    /// - Returns: the new epoch.
    @discardableResult
    public func accept(store: [String: WitnessMark]) -> UInt64 {
        state.withLock { state in
            state.ledger.accept(store)
            state.changed = true
            return state.ledger.epoch
        }
    }

    /// Somebody else has accepted a loss, and Redis is at a newer epoch: marks of older epochs give
    /// way to what Redis has.
    public func adopt(epoch: UInt64, store: [String: WitnessMark]) {
        state.withLock { state in
            state.ledger.adopt(epoch, store)
            state.changed = true
        }
    }

    /// A tenant that was deleted on purpose is no longer missed.
    public func forget(tenant: String) {
        state.withLock { state in
            if state.ledger.marks.removeValue(forKey: tenant) != nil { state.changed = true }
        }
    }

    /// Writes the file if anything changed since the last time. Blocks for two fsyncs.
    /// - Returns: whether it wrote.
    /// - Throws: `WitnessError.unwritable`; the change stays noted for the next flush.
    @discardableResult
    public func flushIfChanged() throws(WitnessError) -> Bool {
        try writing.withLock { _ throws(WitnessError) in
            let ledger: WitnessLedger? = state.withLock { state in
                defer { state.changed = false }
                return state.changed ? state.ledger : nil
            }
            guard let ledger else { return false }
            do throws(SmallFile.Failure) {
                try SmallFile.replace(path, with: WitnessFile.text(of: ledger))
            } catch {
                state.withLock { $0.changed = true }
                throw .unwritable(path: path, reason: "\(error)")
            }
            return true
        }
    }
}
