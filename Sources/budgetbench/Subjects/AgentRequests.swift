// A call as the requests of the daemon's protocol.

import RESP

extension CommandWriter {
    mutating func reserve(_ call: AgentCall) { estimate("RESERVE", call) }

    mutating func charge(_ call: AgentCall) { estimate("CHARGE", call) }

    /// Settles a reservation with less than its estimate.
    mutating func commit(_ id: String) {
        command([
            "COMMIT", id, "input_tokens", "\(AgentCall.usedInputTokens)",
            "output_tokens", "\(AgentCall.usedOutputTokens)",
        ])
    }

    mutating func usage(_ call: AgentCall) { command(["USAGE"] + call.subjectWords) }

    private mutating func estimate(_ verb: String, _ call: AgentCall) {
        command(
            [verb, "idempotency_key", call.key] + call.subjectWords + [
                "task", call.task, "agent", AgentCall.agent, "model", AgentCall.model,
                "input_tokens", "\(AgentCall.inputTokens)",
                "output_tokens", "\(AgentCall.outputTokens)",
            ])
    }
}

extension AgentCall {
    /// Whose limits it stands under, as fields and values.
    var subjectWords: [String] {
        ["tenant", tenant, "user", user, "session", session, "run", run]
    }
}
