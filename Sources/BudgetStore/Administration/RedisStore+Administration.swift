// Acts of administrators: one script call each, beside the queues of steps. An act is felt by the
// next decision of any daemon, since every decision reads the steering hash.

public import BudgetModel
import NIOCore
import RESP
import RedisClient

extension RedisStore: AdministrationPort {
    private static let lookScript = script(PackageResources.look_lua)

    private static let actScript = RedisScript(
        source: "#!lua flags=allow-oom\n"
            + String(decoding: PackageResources.correct_lua, as: UTF8.self)
            + String(decoding: PackageResources.steering_lua, as: UTF8.self)
            + String(decoding: PackageResources.administer_lua, as: UTF8.self))

    public func perform(
        _ act: Act, completion: @escaping (Result<ActResult, BudgetError>) -> Void
    ) {
        if let refusal = lossRefusal {
            completion(.failure(refusal))
            return
        }
        let epoch = settings.epoch
        let (arguments, keyCount, count) = Self.arguments(act, settings)
        link.evaluate(
            Self.actScript, keysAndArguments: arguments, count: count, keyCount: keyCount,
            deadline: .now() + configuration.timeout
        ) { result in
            switch result {
            case .success(let reply):
                completion(self.result(reply, act, sentIn: epoch))
            case .failure(let failure):
                completion(.failure(StoreFailure.error(failure, canHaveEffect: true)))
            }
        }
    }

    private static func arguments(
        _ act: Act, _ settings: BatchEncoder.Settings
    ) -> (ByteBuffer, keyCount: Int, count: Int) {
        let prefix = Keys.prefix(act.id.tenant)
        var keys = [
            Keys.journal(prefix), Keys.steering(prefix), Keys.audit(prefix),
            Keys.act(prefix, act.id.digest),
        ]
        var amount = ""
        var until = ""
        var counter = act.limit?.counter ?? ""
        switch act.change {
        case .suspend, .resume, .unsetCap, .unsetGone: break
        case .setCap(let cap, let end):
            amount = String(cap)
            until = end.map { String($0) } ?? ""
        case .grant(let more, let end):
            amount = String(more)
            until = String(end)
            counter = String(Bounds.maxGrants)
        case .reset(let window): keys.append(Keys.window(prefix, act.scope, window.id))
        case .correct(let correction):
            keys.append(correction.key)
            if correction.isReopening { keys.append(Keys.holds(prefix)) }
            amount = correction.text
            until = correction.asOf.text
            counter = keep(correction.key, act, settings).map { String($0) } ?? ""
        case .policy(let before, let after):
            amount = before
            until = after
        }
        // A reset touches no override: it names no identity.
        var identity = ""
        if case .reset = act.change {} else { identity = act.limit.map { "\($0.identity)" } ?? "" }
        let values = [
            "\(settings.epoch)-", "\(settings.now ?? 0)", act.bodyDigest,
            "\(settings.keep.keysMs)", act.actor, act.reason, act.change.name,
            act.scope.canonical, act.limitName ?? "", act.limit?.measure.name ?? "", identity,
            amount, until, counter, act.limit.map { "w:\($0.identity)" } ?? "",
            Escaping.component(act.limitName ?? ""),
        ]
        var writer = CommandWriter()
        for text in keys + values { writer.argument(text) }
        return (writer.buffer, keys.count, keys.count + values.count)
    }

    private func result(
        _ reply: RedisReply, _ act: Act, sentIn epoch: Int64
    ) -> Result<ActResult, BudgetError> {
        if let refusal = refusalOfEpoch(reply, sentIn: epoch) { return .failure(refusal) }
        if reply.integer == 0 {
            return .failure(
                BudgetError(
                    .conflict,
                    "the idempotency_key was used for another act; expected the same fields and "
                        + "values, or a new key"))
        }
        switch reply.integer {
        case -1:
            return .failure(
                BudgetError(
                    .conflict,
                    "nothing was corrected: what was found is no longer so, or would not add up; "
                        + "expected what verifying finds now"))
        case -2:
            return .failure(
                BudgetError(
                    .badArgument,
                    "limit is \"\(act.limitName ?? "")\", which is none of the policy's for "
                        + "\(act.scope.text), and nothing is set there under that name"))
        case -3:
            return .failure(
                BudgetError(
                    .conflict,
                    "\(Bounds.maxGrants) grants are in force for \(act.limitName ?? "") of "
                        + "\(act.scope.text), which is the most; expected one of them to end, or "
                        + "another cap"))
        default: break
        }
        guard let parts = reply.array, parts.count >= 5,
            let sequence = parts[0].string.flatMap({ Sequence(text: $0) }),
            let now = parts[1].integer, let before = parts[2].string, let after = parts[3].string,
            let old = SteeringText.state(before, of: act.change.name),
            let new = SteeringText.state(after, of: act.change.name)
        else {
            logger.error("act failed", metadata: ["reply": "\(reply)"])
            return .failure(
                BudgetError(
                    .internal,
                    "the store holds something unexpected: \(reply.string ?? "\(reply)")"))
        }
        let isReplay = parts.count > 5
        guard isReplay || note(sequence, isChange: true, of: queue(of: act.id.tenant)) else {
            return .failure(lossError(canHaveEffect: true))
        }
        return .success(
            ActResult(
                moment: Moment(sequence: sequence, now: now), before: old, after: new,
                measure: parts[4].string.flatMap { Measure(name: $0) }, isReplay: isReplay))
    }

    public func audit(
        _ query: AuditQuery,
        completion: @escaping (Result<Page<AuditLine>, BudgetError>) -> Void
    ) {
        walk(AuditWalk(query), completion)
    }

    private func walk(
        _ walk: AuditWalk,
        _ completion: @escaping (Result<Page<AuditLine>, BudgetError>) -> Void
    ) {
        let tenant = walk.query.tenant
        let question = ["XREVRANGE", walk.start, "-", "COUNT", String(walk.size)]
        look(tenant, at: Keys.audit(Keys.prefix(tenant)), question) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success((let moment, let reply)):
                let read = (reply.array ?? []).map(SteeringText.line)
                let lines = read.compactMap { $0 }
                guard lines.count == read.count else {
                    completion(.failure(BudgetError(.internal, "the audit can't be read")))
                    return
                }
                var walk = walk
                walk.take(lines, moment)
                if walk.isDone {
                    completion(.success(walk.page))
                } else {
                    self.walk(walk, completion)
                }
            }
        }
    }

    public func steering(
        tenant: String, scopes: [String],
        completion: @escaping (Result<Page<Steering>, BudgetError>) -> Void
    ) {
        let key = Keys.steering(Keys.prefix(tenant))
        look(tenant, at: key, ["HMGET"] + scopes) { result in
            completion(
                result.flatMap { moment, reply in
                    let texts = (reply.array ?? []).map(\.string)
                    let pairs = zip(scopes, texts).map { ($0, $1 ?? "-") }
                    return Self.page(pairs, next: nil, moment)
                })
        }
    }

    public func steering(
        tenant: String, cursor: Int,
        completion: @escaping (Result<Page<Steering>, BudgetError>) -> Void
    ) {
        let key = Keys.steering(Keys.prefix(tenant))
        look(tenant, at: key, ["HSCAN", String(cursor), "COUNT", "500"]) { result in
            completion(
                result.flatMap { moment, reply in
                    guard let parts = reply.array, parts.count == 2, let next = parts[0].string,
                        let all = parts[1].array
                    else { return .failure(BudgetError(.internal, "HSCAN answered \(reply)")) }
                    let pairs = stride(from: 0, to: all.count - 1, by: 2).map {
                        (all[$0].string ?? "", all[$0 + 1].string ?? "")
                    }
                    return Self.page(pairs, next: next == "0" ? nil : next, moment)
                })
        }
    }

    /// Reads something beside the number of the newest entry.
    ///
    /// - Parameter question: a command without its key.
    private func look(
        _ tenant: String, at key: String, _ question: [String],
        _ completion: @escaping (Result<(Moment, RedisReply), BudgetError>) -> Void
    ) {
        let keys = [Keys.journal(Keys.prefix(tenant)), key]
        evaluate(Self.lookScript, keys, [String(settings.now ?? 0)] + question, Self.found) {
            result in
            guard case .success(let found) = result,
                !self.note(found.0.sequence, isChange: false, of: self.queue(of: tenant))
            else { return completion(result) }
            completion(.failure(self.lossError(canHaveEffect: false)))
        }
    }

    private static func found(_ reply: RedisReply) -> (Moment, RedisReply)? {
        guard let parts = reply.array, parts.count == 3 else { return nil }
        return moment(parts).map { ($0, parts[2]) }
    }

    private static func page(
        _ pairs: [(String, String)], next: String?, _ moment: Moment
    ) -> Result<Page<Steering>, BudgetError> {
        var elements: [Steering] = []
        for (scope, text) in pairs {
            guard let steering = SteeringText.read(text, scope: scope) else {
                var broken = Steering(scope: scope, isSuspended: false, overrides: [:])
                broken.isUnreadable = true
                elements.append(broken)
                continue
            }
            elements.append(steering)
        }
        return .success(Page(elements: elements, next: next, moment: moment))
    }
}
