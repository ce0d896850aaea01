// The books as they are written, as they are answered.

import BudgetModel

enum BooksAnswer {
    static func journal(_ page: JournalPage, _ policy: Policy) -> Answer {
        let entries = page.lines.map { line in
            Answer.map([
                .init("seq", .integer(line.moment.sequence.value)),
                .init("at_ms", .integer(line.moment.now)),
                .init("kind", .text(String(line.text.prefix(1)))),
                .init("key", .text(line.key)),
                .init("text", .text(line.text)),
            ])
        }
        var pairs: [Answer.Pair] = [
            .init("entries", .list(entries)),
            .init("trimmed", .flag(page.isTrimmed)),
            .init("next", .optional(page.next?.value)),
        ]
        DecisionAnswer.append(page.moment, policy, to: &pairs)
        return .map(pairs)
    }

    static func counters(_ page: CountersPage, _ tenant: String, _ policy: Policy) -> Answer {
        let holds = page.holds.map { hold in
            Answer.map([
                .init("key", .text(hold.key)),
                .init("expires_at_ms", .integer(hold.deadline)),
                .init("record", .optional(hold.record)),
            ])
        }
        let counters = page.hashes.map { hash in
            Answer.map([
                .init("key", .text(hash.key)),
                .init("values", .list(hash.values.map(Answer.text))),
            ])
        }
        var pairs: [Answer.Pair] = [
            .init("tenant", .text(tenant)),
            .init("holds", .list(holds)),
            .init("counters", .list(counters)),
            .init("sets", .list(page.sets.map(set))),
            .init("rankings", .list(page.rankings.map(set))),
            .init("rolled", .list(page.rolled.map(Answer.text))),
            .init("wrong_types", .list(page.wrongTypes.map(Answer.text))),
            .init("steering", .list(page.steering?.values.map(Answer.text) ?? [])),
            .init("keep_runs_ms", .integer(page.keepRunsMs)),
            .init("keep_late_commit_ms", .integer(page.keepLateCommitMs)),
            .init("next", .optional(page.next.map(Int64.init))),
        ]
        DecisionAnswer.append(page.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func set(_ set: CountersPage.SortedSet) -> Answer {
        let members = set.members.flatMap { member in
            [Answer.text(member.name), .optional(member.score)]
        }
        return .map([
            .init("key", .text(set.key)),
            .init("count", .integer(Int64(set.count))),
            .init("members", .list(members)),
        ])
    }
}
