// The script's answers → steps' results. Whatever doesn't look as the script writes it is a fault
// of the data or of a version: INTERNAL, told once with the place.

import BudgetModel
import RedisClient

enum BatchDecoder {
    /// Reads the answers to `steps`, one each, in order.
    ///
    /// - Throws: what went wrong with the whole step, in which case nothing was done.
    static func decode(
        _ reply: RedisReply, steps: [Step]
    ) throws(BudgetError) -> [Result<StepAnswer, BudgetError>] {
        guard let answers = reply.array else { throw fault("no array: \(reply)") }
        if answers.count == 1, let text = answers[0].string {
            throw fault(text)
        }
        if let answers = try reservations(answers, count: steps.count) { return answers }
        guard answers.count == steps.count + 2, let now = answers[steps.count].integer,
            let base = answers[steps.count + 1].string.flatMap({ Sequence(text: $0) })
        else { throw fault("\(answers.count) answers to \(steps.count) steps") }
        return steps.indices.map { index in
            guard let answer = answers[index].array, answer.count >= 2,
                let kind = answer[0].integer, let ordinal = answer[1].integer
            else { return .failure(fault("answer \(index)")) }
            let moment = Moment(sequence: base.advanced(by: ordinal), now: now)
            do throws(BudgetError) {
                let result = try result(kind, answer, steps[index])
                let warnings = kind == 1 ? try warnings(answer, steps[index]) : []
                return .success(StepAnswer(result, at: moment, warnings: warnings))
            } catch {
                return .failure(error)
            }
        }
    }

    /// The answers of the short ways, where all is done: three numbers for each, then the clock
    /// and the last one's sequence.
    private static func reservations(
        _ answers: [RedisReply], count: Int
    ) throws(BudgetError) -> [Result<StepAnswer, BudgetError>]? {
        guard answers.first?.integer != nil, answers.count == count * 3 + 2 else { return nil }
        guard let now = answers[count * 3].integer,
            let last = answers[count * 3 + 1].string.flatMap({ Sequence(text: $0) })
        else { throw fault("no moment in the answers to \(count) reservations") }
        return try (0..<count).map { index throws(BudgetError) in
            let moment = Moment(sequence: last.advanced(by: Int64(index + 1 - count)), now: now)
            let tightest = try tightest(answers[(index * 3)..<(index * 3 + 3)])
            return .success(
                StepAnswer(.done(tightest: tightest, late: false, deadline: nil), at: moment))
        }
    }

    private static func tightest(
        _ numbers: ArraySlice<RedisReply>
    ) throws(BudgetError) -> Tightest? {
        let integers = numbers.compactMap(\.integer)
        guard integers.count == 3 else { throw fault("admission") }
        guard integers[0] > 0 else { return nil }
        return Tightest(index: Int(integers[0]) - 1, remaining: integers[1], cap: integers[2])
    }

    private static func result(
        _ kind: Int64, _ answer: [RedisReply], _ step: Step
    ) throws(BudgetError) -> StepResult {
        switch kind {
        case 0: return .denied(try denial(answer, step))
        case 1: return try done(answer, step)
        case 2:
            guard let text = answer[2].string, let id = step.id,
                let reservation = RecordText.read(text, id: id)
            else { throw fault("record \(step.id?.text ?? "?") can't be read") }
            return .found(reservation)
        case 3: return .stale
        case 4: return .unknown
        case 5: return .usage(try answer.dropFirst(2).map(standing))
        default:
            throw fault(answer.count > 2 ? answer[2].string ?? "?" : "?")
        }
    }

    private static func done(
        _ answer: [RedisReply], _ step: Step
    ) throws(BudgetError) -> StepResult {
        switch step {
        case .admit:
            return .done(
                tightest: try tightest(answer[2..<min(5, answer.count)]), late: false,
                deadline: nil)
        case .settle:
            let isLate = answer.count > 2 && answer[2].integer == 1
            return .done(tightest: nil, late: isLate, deadline: nil)
        default: return .done(tightest: nil, late: false, deadline: answer.last?.integer)
        }
    }

    /// Pairs of a limit's place and the share that it passed, behind the rest of an answer.
    private static func warnings(
        _ answer: [RedisReply], _ step: Step
    ) throws(BudgetError) -> [StepAnswer.Warning] {
        var place: Int
        switch step {
        case .admit: place = 5
        case .settle: place = 3
        default: return []
        }
        var warnings: [StepAnswer.Warning] = []
        while place + 1 < answer.count {
            guard let index = answer[place].integer, let share = answer[place + 1].integer else {
                throw fault("warning")
            }
            warnings.append(StepAnswer.Warning(index: Int(index) - 1, share: share))
            place += 2
        }
        return warnings
    }

    private static func denial(
        _ answer: [RedisReply], _ step: Step
    ) throws(BudgetError) -> Denial {
        guard answer.count >= 4, let overdue = answer[2].integer, let reason = answer[3].integer
        else { throw fault("denial") }
        switch reason {
        case 0:
            let failures = try answer.dropFirst(4).map {
                reply throws(BudgetError) -> Denial.Failure in
                guard let parts = reply.array, parts.count == 6, let index = parts[0].integer,
                    let relief = parts[5].integer
                else { throw fault("denial") }
                let standing = try standing(.array(Array(parts.dropFirst())))
                return Denial.Failure(
                    index: Int(index) - 1, standing: standing, relief: max(0, relief))
            }
            return Denial(
                reason: self.reason(failures, step), failures: failures,
                hasOverdueHolds: overdue == 1)
        case 1:
            return Denial(reason: .suspended, suspended: suspended(answer.last?.integer, step))
        default:
            guard let preset = Admission.Preset(rawValue: Int(reason) - 1) else {
                throw fault("denial for \(reason)")
            }
            return Denial(reason: preset.reason)
        }
    }

    /// A bucket without room is looked at before the other limits.
    private static func reason(_ failures: [Denial.Failure], _ step: Step) -> Reason {
        guard case .admit(let admission) = step else { return .limitExceeded }
        return failures.contains { admission.limits[$0.index].limit.isBucket }
            ? .rateLimited : .limitExceeded
    }

    /// The encoder sends the suspendable fields that the subject has; the answer is a place
    /// among those, from 1.
    private static func suspended(_ place: Int64?, _ step: Step) -> SubjectField? {
        guard case .admit(let admission) = step, let place else { return nil }
        let sent = Subject.suspendable.filter { admission.call.subject[$0] != nil }
        return place >= 1 && place <= sent.count ? sent[Int(place) - 1] : nil
    }

    private static func standing(_ reply: RedisReply) throws(BudgetError) -> LimitStanding {
        guard let parts = reply.array, parts.count >= 4, let cap = parts[0].integer,
            let held = parts[1].integer, let spent = parts[2].integer,
            let isOverridden = parts[3].integer
        else { throw fault("standing") }
        return LimitStanding(
            cap: cap, spent: spent, held: max(0, held), isOverridden: isOverridden == 1)
    }

    private static func fault(_ what: String) -> BudgetError {
        BudgetError(.internal, "the store holds something unexpected: \(what)")
    }
}

extension Step {
    /// The record that it is about.
    var id: ReservationID? {
        switch self {
        case .admit(let admission): admission.id
        case .settle(let settlement): settlement.reservation.id
        case .extend(let reservation, _): reservation.id
        case .status(let id): id
        case .usage: nil
        }
    }
}
