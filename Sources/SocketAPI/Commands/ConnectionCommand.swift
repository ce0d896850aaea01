// The commands that a connection answers by itself: what every Redis client sends around the
// commands that matter. Names, arguments and whom they are open to, in one table.

/// A command about the connection.
enum ConnectionCommand: String, CaseIterable, Sendable {
    case hello = "HELLO"
    case auth = "AUTH"
    case ping = "PING"
    case echo = "ECHO"
    case client = "CLIENT"
    case select = "SELECT"
    case info = "INFO"
    case command = "COMMAND"
    case config = "CONFIG"
    case subscribe = "SUBSCRIBE"
    case unsubscribe = "UNSUBSCRIBE"
    case multi = "MULTI"
    case exec = "EXEC"
    case discard = "DISCARD"
    case watch = "WATCH"
    case unwatch = "UNWATCH"
    case reset = "RESET"
    case quit = "QUIT"

    /// Whether it may be sent by who is told events in RESP2, where nothing tells a reply from
    /// an event.
    var isForSubscribers: Bool {
        switch self {
        case .subscribe, .unsubscribe, .ping, .reset, .quit: true
        default: false
        }
    }

    var spec: ConnectionCommandSpec {
        switch self {
        case .hello: .init("Says who speaks, and which protocol", 0...6, "protover", .stranger)
        case .auth: .init("Says who speaks", 1...2, "username password", .stranger)
        case .ping: .init("Answers PONG, or the message", 0...1, "message", .queued)
        case .echo: .init("Answers the message", 1...1, "message", .queued)
        case .client:
            .init("Names the connection, or tells about it", 1...64, "subcommand", .queued)
        case .select: .init("Takes 0: there is one database", 1...1, "index", .queued)
        case .info: .init("Tells about the daemon", 0...64, "section", .queued)
        case .command: .init("Tells about commands", 0...1024, "subcommand", .queued)
        case .config:
            .init("Answers GET with nothing: there is a file for it", 1...64, "GET", .queued)
        case .subscribe:
            .init("Tells what happens from now on", 1...64, "channel", .outside)
        case .unsubscribe: .init("Tells no more", 0...64, "channel", .outside)
        case .multi: .init("Begins to queue commands", 0...0, nil, .immediate)
        case .exec: .init("Gives over what was queued, in order", 0...0, nil, .immediate)
        case .discard: .init("Forgets what was queued", 0...0, nil, .immediate)
        case .watch: .init("Is refused: there are no transactions", 0...1024, nil, .outside)
        case .unwatch: .init("Does nothing", 0...0, nil, .queued)
        case .reset: .init("Makes the connection as it was at first", 0...0, nil, .stranger)
        case .quit: .init("Closes the connection", 0...0, nil, .stranger)
        }
    }
}

/// What is to be known about a command of the connection.
struct ConnectionCommandSpec: Sendable {
    /// Where it may stand.
    enum Place: Sendable {
        /// Anywhere; MULTI queues it.
        case queued
        /// Anywhere; MULTI doesn't queue it.
        case immediate
        /// Not in a MULTI.
        case outside
        /// Also before the client has said who it is.
        case stranger
    }

    let summary: String
    /// How many arguments it takes, the verb not counted.
    let argumentCounts: ClosedRange<Int>
    /// What they are, for hints.
    let argument: String?
    let place: Place

    init(
        _ summary: String, _ argumentCounts: ClosedRange<Int>, _ argument: String?, _ place: Place
    ) {
        self.summary = summary
        self.argumentCounts = argumentCounts
        self.argument = argument
        self.place = place
    }
}
