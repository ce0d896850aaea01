// What has to be there and was on no page.

import BudgetModel

extension Verification {
    mutating func lookForMissing() {
        if !hasSteering, audit != nil { compareSteering(nil, firstPage) }
        for key in (unseenHolds ?? []).sorted() {
            guard let held = replay.held[key] else { continue }
            tell(key, "", nil, nil, "it is held in the journal, and not among the holds")
            reopenings.append(
                Correction(
                    reopening: key, madeBy: held.made.sequence, until: held.deadline,
                    asOf: lastPage.sequence))
        }
        let held = heldSums()
        let missing = replay.hashes.filter { key, hash in
            !seen.contains(key) && hash.kind != .bucket && !hash.isUncertain
                && hash.isKept(at: lastPage.now)
        }
        for (key, hash) in missing.sorted(by: { $0.key.text < $1.key.text }) {
            let sums = hash.sums.keys.map { hash.sum($0, at: lastPage.now) }
            let all = sums + (held[key] ?? [:]).values
            guard all.contains(where: { $0 != 0 }), hash.first <= firstPage.sequence else {
                continue
            }
            tell(key.text, "", nil, nil, "it is not in Redis, and has to be")
            repairMissing(key.text, hash, held[key] ?? [:])
        }
        for (key, hash) in replay.hashes.sorted(by: { $0.key.text < $1.key.text })
        where hash.kind == .run && !hash.isUncertain && hash.isKept(at: lastPage.now)
            && hash.first <= firstPage.sequence && !hash.sets.entries.isEmpty
        {
            for set in [Keys.tasks(ofRun: key.text), Keys.entries(ofRun: key.text)]
            where !seen.contains(ExactText(set)) {
                tell(set, "", nil, nil, "it is not in Redis, and has to be")
            }
        }
    }

    /// What a hash that is gone has to hold, where the journal tells all of it.
    private mutating func repairMissing(
        _ key: String, _ hash: ReplayedHash, _ held: [String: Int64]
    ) {
        guard hash.isWhole, !hash.hasPassedBounds else { return }
        var repair = Repair(key: key, isMissing: true, asOf: lastPage.sequence)
        for field in hash.sums.keys.sorted(by: { $0.text < $1.text }) where hash.kind == .run {
            repair.change(field.text, nil, to: hash.sum(field, at: lastPage.now))
        }
        let spent = hash.kind == .run ? [] : hash.sums.keys.map { String($0.text.dropFirst(2)) }
        for name in Set(spent).union(held.keys).sorted() {
            let field = ExactText("s:" + name)
            for (slot, sum) in hash.livingSlots(field, at: lastPage.now).sorted(by: { $0 < $1 }) {
                repair.change(FoundHash.slot(field, "\(slot)"), nil, to: sum)
            }
            let carried = hash.carried[field] ?? 0
            repair.counters.append(
                .init(
                    name: name, spentText: nil, usedText: nil, spentFound: 0, usedFound: 0, gone: 0,
                    spent: hash.sum(field, at: lastPage.now) - carried, short: -carried,
                    held: held[name] ?? 0))
        }
        repairs.append(repair)
    }
}
