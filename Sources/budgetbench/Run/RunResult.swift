// What came of a run's requests, and what the daemon therefore has to have in its books.

struct RunResult {
    /// What the daemon acknowledged for one run.
    struct Spent {
        let call: AgentCall
        var commits = 0
        var charges = 0

        var calls: Int { commits + charges }
        var tokens: Int64 {
            Int64(commits) * AgentCall.usedTokens + Int64(charges) * AgentCall.tokens
        }
    }

    private(set) var allowed = 0
    private(set) var denied: [String: Int] = [:]
    private(set) var latencies: [Mix.Verb: Latencies] = [:]
    private(set) var spent: [Int: Spent] = [:]
    var seconds = 0.0

    var decisions: Int { allowed + denied.values.reduce(0, +) }
    var requests: Int { latencies.values.reduce(0) { $0 + $1.count } }

    mutating func take(
        _ request: RunWorker.Request, _ reply: ReplyFields, nanoseconds: UInt64
    ) throws {
        if let error = reply.error {
            throw BenchError("\(request.verb.rawValue) was answered \(error)")
        }
        latencies[request.verb, default: Latencies()].record(nanoseconds)
        switch request.verb {
        case .reserve, .charge:
            guard reply["decision"] == "allow" else {
                denied[reply["reason"] ?? "no reason", default: 0] += 1
                return
            }
            allowed += 1
            if request.verb == .charge { enter(request.call, \.charges) }
        case .commit:
            let state = reply["state"] ?? "nothing"
            guard state == "committed" else {
                throw BenchError("COMMIT of a reservation that was allowed left it \(state)")
            }
            enter(request.call, \.commits)
        case .usage: break
        }
    }

    private mutating func enter(_ call: AgentCall, _ kind: WritableKeyPath<Spent, Int>) {
        spent[call.runNumber, default: Spent(call: call)][keyPath: kind] += 1
    }
}
