// What a listener gives to whatever carries commands out: it reads, and understands nothing.

public import BudgetModel

/// One command as a listener has read it, not yet looked into.
public struct CommandRequest: Sendable {
    public let command: Command
    /// The arguments that have a place instead of a name (`COMMIT <id>`); as many as
    /// ``CommandSpec/positions`` asks for.
    public let positions: [String]
    /// `field value` pairs as they came; unknown and repeated ones are the executor's to refuse.
    public let fields: [(name: FieldName, value: String)]
    public let caller: Caller

    public init(
        command: Command, positions: [String], fields: [(name: FieldName, value: String)],
        caller: Caller
    ) {
        self.command = command
        self.positions = positions
        self.fields = fields
        self.caller = caller
    }
}

/// Whatever carries commands out: the service, as listeners see it. Confined to one event loop;
/// the completion comes on that loop, exactly once, possibly before `execute` returns.
public protocol CommandExecutor: AnyObject {
    func execute(
        _ request: CommandRequest,
        completion: @escaping (Result<Answer, BudgetError>) -> Void)

    /// Whether a request's arguments make sense, before it waits for others (in a MULTI).
    ///
    /// - Throws: `BADARG`, as carrying it out would.
    func check(_ request: CommandRequest) throws(BudgetError)

    /// What watchers are told by; nil where there is nothing to watch.
    var events: (any EventSource)? { get }
}

extension CommandRequest {
    /// Whether the fields make sense to a house that has these names for subject fields.
    public func check(aliases: [String: SubjectField]) throws(BudgetError) {
        var reader = FieldReader(command.spec, aliases: aliases)
        _ = try reader.read(fields)
    }
}
