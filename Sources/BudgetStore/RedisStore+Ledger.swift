// Reading a run's ledger; the books behind it are read in Books/.

public import BudgetModel
import NIOCore
import RESP
import RedisClient

extension RedisStore: CostLedgerPort {
    private static let ledgerScript = RedisScript(
        source: "#!lua flags=no-writes\n"
            + String(decoding: PackageResources.ledger_lua, as: UTF8.self))

    public func run(
        _ query: RunQuery, completion: @escaping (Result<RunLedger, BudgetError>) -> Void
    ) {
        let prefix = Keys.prefix(query.tenant)
        let key = Keys.run(prefix, query.run)
        let keys = [
            Keys.journal(prefix), key, Keys.tasks(ofRun: key), Keys.entries(ofRun: key),
        ]
        var writer = CommandWriter()
        for key in keys { writer.argument(key) }
        writer.argument(query.count)
        writer.argument(query.cursor)
        writer.argument(query.listing.rawValue)
        link.evaluate(
            Self.ledgerScript, keysAndArguments: writer.buffer, count: 7, keyCount: 4,
            deadline: .now() + configuration.timeout
        ) { result in
            switch result {
            case .success(let reply):
                guard let ledger = Self.ledger(reply, query) else {
                    self.logger.error("ledger unreadable", metadata: ["run": "\(query.run)"])
                    let error = BudgetError(
                        .internal, "the ledger of run \(query.run) is unreadable")
                    return self.locate(error, among: keys[...], completion)
                }
                completion(.success(ledger))
            case .failure(let failure):
                self.locate(self.refusal(failure, of: key), among: keys[...], completion)
            }
        }
    }

    private static func ledger(_ reply: RedisReply, _ query: RunQuery) -> RunLedger? {
        guard let parts = reply.array, parts.count == 6, let now = parts[0].integer,
            let newest = parts[1].string.flatMap({ Sequence(text: $0) }),
            let totals = parts[2].array, let tasks = parts[3].array,
            let entries = parts[4].array, let next = parts[5].integer
        else { return nil }
        var ledger = RunLedger(moment: Moment(sequence: newest, now: now))
        ledger.totals = sums(totals)
        for task in tasks {
            guard let task = task.array, task.count == 5,
                let name = task[0].string.flatMap({ Escaping.plain($0) })
            else { return nil }
            ledger.tasks.append(
                RunLedger.Task(name: name, totals: sums(Array(task.dropFirst()))))
        }
        for entry in entries {
            guard let entry = readEntry(entry, query.tenant) else { return nil }
            ledger.entries.append(entry)
        }
        ledger.next = next > 0 ? Int(next) : nil
        return ledger
    }

    private static func sums(_ values: [RedisReply]) -> RunLedger.Totals {
        var totals = RunLedger.Totals()
        totals.cost = values[0].integer ?? 0
        totals.tokens = values[1].integer ?? 0
        totals.calls = values[2].integer ?? 0
        totals.retries = values[3].integer ?? 0
        return totals
    }

    private static func readEntry(_ reply: RedisReply, _ tenant: String) -> RunLedger.Entry? {
        guard let parts = reply.array, parts.count == 4,
            let sequence = parts[0].string.flatMap({ Sequence(text: $0) }),
            let now = parts[1].integer, let key = parts[2].string, let text = parts[3].string,
            let read = CallText.read(text, tenant: tenant)
        else { return nil }
        let kinds: [Character: String] = [
            "C": "commit", "L": "late_commit", "G": "charge", "P": "record",
            "D": "expire_charge", "V": "void",
        ]
        guard let kind = kinds[read.letter] else { return nil }
        var call = read.call
        if read.letter == "V" { call.amounts = Amounts() - call.amounts }
        return RunLedger.Entry(
            id: ReservationID(tenant: tenant, digest: Keys.digest(ofRecord: key)), kind: kind,
            moment: Moment(sequence: sequence, now: now), call: call,
            isOverEstimate: read.isOverEstimate)
    }
}
