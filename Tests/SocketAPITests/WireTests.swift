// Bytes in, bytes out: what each request is answered with, as a table, and every row again under
// every cut.

import Testing

/// What a client sends and what it gets.
struct WireCase: Sendable, CustomTestStringConvertible {
    var sent: String
    var received: String
    var staysOpen: Bool
    var testDescription: String { sent.prefix(60).debugDescription }

    init(_ sent: String, _ received: String, staysOpen: Bool = true) {
        self.sent = sent
        self.received = received
        self.staysOpen = staysOpen
    }
}

private let hello2 =
    "*14\r\n$6\r\nserver\r\n$7\r\nbudgetd\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n"
    + "$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n"
    + "$7\r\nmodules\r\n*0\r\n"
private let hello3 = hello2.replacing("*14\r\n", with: "%7\r\n").replacing(
    "proto\r\n:2", with: "proto\r\n:3")
private let released2 =
    "*6\r\n$3\r\ndid\r\n$7\r\nRELEASE\r\n$2\r\nat\r\n*1\r\n$3\r\nt.x\r\n$4\r\nwith\r\n:0\r\n"
private let released3 = released2.replacing("*6\r\n", with: "%3\r\n")
private let reserved2 =
    "*6\r\n$3\r\ndid\r\n$7\r\nRESERVE\r\n$2\r\nat\r\n*0\r\n$4\r\nwith\r\n:1\r\n"
private let name =
    "-ERR Client names cannot contain spaces, newlines or special characters.\r\n"
private let nested = "-ERR MULTI calls can not be nested\r\n"
private let aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n"
private let queued = "+QUEUED\r\n"

private let connectionRows: [WireCase] = [
    WireCase("PING\r\n", "+PONG\r\n"),
    WireCase(requests("ping hi", "echo there"), "$2\r\nhi\r\n$5\r\nthere\r\n"),
    WireCase(request("ECHO", "a\r\n"), "$3\r\na\r\n\r\n"),
    WireCase(requests("ECHO"), "-ERR wrong number of arguments for 'echo' command\r\n"),
    WireCase(requests("HELLO"), hello2),
    WireCase(requests("HELLO 2"), hello2),
    WireCase(requests("hello 3", "HELLO"), hello3 + hello3),
    WireCase(requests("HELLO 3", "HELLO 2"), hello3 + hello2),
    WireCase(requests("HELLO 4"), "-NOPROTO unsupported protocol version\r\n"),
    WireCase(
        requests("HELLO x"), "-ERR Protocol version is not an integer or out of range\r\n"),
    WireCase(requests("HELLO 3 SETNAME w", "CLIENT GETNAME"), hello3 + "$1\r\nw\r\n"),
    WireCase(requests("HELLO 3 NAME w"), "-ERR Syntax error in HELLO option 'NAME'\r\n"),
    WireCase(requests("HELLO 3 AUTH w"), "-ERR Syntax error in HELLO option 'AUTH'\r\n"),
    WireCase(
        request("HELLO", "3", "SETNAME", "a b") + requests("CLIENT GETNAME"), name + "$-1\r\n"),
    WireCase(requests("HELLO 3 AUTH default x SETNAME w"), hello3),
    WireCase(
        requests("HELLO 3 AUTH bob x", "CLIENT GETNAME"),
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n$-1\r\n"),
    WireCase(requests("AUTH default x"), "+OK\r\n"),
    WireCase(
        requests("AUTH x"),
        "-ERR AUTH <password> called without any password configured for the default user. "
            + "Are you sure your configuration is correct?\r\n"),
    WireCase(
        requests("CLIENT SETINFO LIB-NAME redis-py", "CLIENT SETINFO lib-ver 8", "CLIENT ID"),
        "+OK\r\n+OK\r\n:1\r\n"),
    WireCase(requests("CLIENT SETINFO X y"), "-ERR Unrecognized option 'X'\r\n"),
    WireCase(request("CLIENT", "SETNAME", "a\u{e9}"), name),
    WireCase(
        requests("CLIENT SETNAME w", "CLIENT INFO"),
        "+OK\r\n$112\r\nid=1 addr=/run/x.sock name=w age=0 flags=N db=0 multi=-1 "
            + "user=uid:1,pid:2 role=worker resp=2 lib-name= lib-ver=\n\r\n"),
    WireCase(
        requests("CLIENT NO-EVICT on", "CLIENT NO-TOUCH OFF", "CLIENT REPLY ON"),
        "+OK\r\n+OK\r\n+OK\r\n"),
    WireCase(requests("CLIENT REPLY OFF"), "-ERR CLIENT REPLY knows ON only\r\n"),
    WireCase(requests("CLIENT KILL ID 1"), "-ERR CLIENT KILL is not supported\r\n"),
    WireCase(
        requests("CLIENT MAINT_NOTIFICATIONS ON"),
        "-ERR unknown subcommand or wrong number of arguments for 'client maint_notifications'\r\n"
    ),
    WireCase(
        requests("SELECT 0", "SELECT 1", "SELECT x"),
        "+OK\r\n-ERR DB index is out of range\r\n"
            + "-ERR value is not an integer or out of range\r\n"),
    WireCase(requests("INFO budget"), "$22\r\n# Budget\r\npolicy:abc\r\n\r\n"),
    WireCase(requests("CONFIG GET maxmemory"), "*0\r\n"),
    WireCase(requests("CONFIG GET save"), "*2\r\n$4\r\nsave\r\n$0\r\n\r\n"),
    WireCase(requests("COMMAND COUNT"), ":39\r\n"),
    WireCase(
        requests("COMMAND INFO commit nope"),
        "*2\r\n*10\r\n$6\r\ncommit\r\n:-2\r\n*1\r\n+write\r\n:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n"
            + "*0\r\n*0\r\n$-1\r\n"),
    WireCase(
        requests("COMMAND DOCS release"),
        "*2\r\n$7\r\nrelease\r\n*8\r\n$7\r\nsummary\r\n$49\r\n"
            + "Gives a hold back: the call was not sent (worker)\r\n"
            + "$5\r\nsince\r\n$5\r\n1.0.0\r\n$5\r\ngroup\r\n$6\r\nbudget\r\n"
            + "$9\r\narguments\r\n*1\r\n*4\r\n$4\r\nname\r\n$2\r\nid\r\n"
            + "$4\r\ntype\r\n$6\r\nstring\r\n"),
    WireCase(requests("QUIT", "PING"), "+OK\r\n", staysOpen: false),
    WireCase(requests("HELLO 3", "RESET", "STATUS t.x"), hello3 + "+RESET\r\n$-1\r\n"),
]

private let budgetRows: [WireCase] = [
    WireCase(requests("RELEASE t.x"), released2),
    WireCase(requests("HELLO 3", "release t.x"), hello3 + released3),
    WireCase(requests("STATUS t.x", "HELLO 3", "STATUS t.x"), "$-1\r\n" + hello3 + "_\r\n"),
    WireCase(requests("RESERVE idempotency_key k"), reserved2),
    WireCase(
        requests("RESERVE user CONFLICT"), "-CONFLICT as the user  asked\r\n"),
    WireCase(
        requests("RESERVE idempotency_key k user"),
        "-BADARG field 'user' has no value: fields and values come in pairs\r\n"),
    WireCase(
        requests("STATUS idempotency_key"),
        "-BADARG field 'idempotency_key' has no value: fields and values come in pairs\r\n"),
    WireCase(requests("COMMIT"), "-BADARG COMMIT needs id behind the verb\r\n"),
    WireCase(
        requests("RUN r"), "-NOPERM RUN needs the role ops, uid:1 pid:2 has worker\r\n"),
    WireCase(
        requests("RESERV a b"),
        "-ERR unknown command 'RESERV', with args beginning with: 'a' 'b'; "
            + "did you mean RESERVE?\r\n"),
    WireCase(
        requests("GET a"), "-ERR unknown command 'GET', with args beginning with: 'a'\r\n"),
    WireCase(
        requests("averyveryverylongverbindeed"),
        "-ERR unknown command 'averyveryverylongverbindeed', with args beginning with:\r\n"),
]

private let transactionRows: [WireCase] = [
    WireCase(requests("MULTI", "EXEC"), "+OK\r\n*0\r\n"),
    WireCase(
        requests("MULTI", "RELEASE t.x", "PING", "EXEC", "PING"),
        "+OK\r\n" + queued + queued + "*2\r\n" + released2 + "+PONG\r\n+PONG\r\n"),
    WireCase(
        requests("HELLO 3", "MULTI", "RELEASE t.x", "EXEC"),
        hello3 + "+OK\r\n" + queued + "*1\r\n" + released3),
    WireCase(
        requests("MULTI", "CHECK user CONFLICT", "STATUS t.x", "EXEC"),
        "+OK\r\n" + queued + queued + "*2\r\n-CONFLICT as the user  asked\r\n$-1\r\n"),
    WireCase(
        requests("MULTI", "NOPE", "PING", "EXEC", "PING"),
        "+OK\r\n-ERR unknown command 'NOPE', with args beginning with:\r\n" + queued + aborted
            + "+PONG\r\n"),
    WireCase(
        requests("MULTI", "RELEASE", "EXEC"),
        "+OK\r\n-BADARG RELEASE needs id behind the verb\r\n" + aborted),
    WireCase(
        requests("MULTI", "CHECK usr x", "EXEC"),
        "+OK\r\n-BADARG unknown field \"usr\"; did you mean \"user\"?\r\n" + aborted),
    WireCase(
        requests("MULTI", "CHECK user x user y", "EXEC"),
        "+OK\r\n-BADARG user repeats user; expected it once\r\n" + aborted),
    WireCase(
        requests("MULTI", "CHECK input_tokens x", "EXEC"),
        "+OK\r\n-BADARG input_tokens is \"x\"; expected a whole number from 0 to 1000000000000\r\n"
            + aborted),
    WireCase(
        requests("MULTI", "RESERVE user x", "EXEC"),
        "+OK\r\n-BADARG idempotency_key is missing; expected 1 to 512 bytes of text\r\n"
            + aborted),
    WireCase(
        requests("MULTI", "RUN r", "EXEC"),
        "+OK\r\n-NOPERM RUN needs the role ops, uid:1 pid:2 has worker\r\n" + aborted),
    WireCase(
        requests("MULTI", "WATCH a", "EXEC"),
        "+OK\r\n-ERR WATCH can't be used between MULTI and EXEC\r\n" + aborted),
    WireCase(
        requests("MULTI", "HELLO 3", "EXEC"),
        "+OK\r\n-ERR HELLO can't be used between MULTI and EXEC\r\n" + aborted),
    WireCase(requests("MULTI", "MULTI", "EXEC"), "+OK\r\n" + nested + "*0\r\n"),
    WireCase(
        requests("MULTI", "RELEASE t.x", "DISCARD", "EXEC"),
        "+OK\r\n" + queued + "+OK\r\n-ERR EXEC without MULTI\r\n"),
    WireCase(
        requests("DISCARD", "WATCH a", "UNWATCH"),
        "-ERR DISCARD without MULTI\r\n"
            + "-ERR WATCH is not supported: each command is decided by itself\r\n+OK\r\n"),
    WireCase(
        requests("MULTI", "PING", "RESET", "EXEC"),
        "+OK\r\n" + queued + "+RESET\r\n-ERR EXEC without MULTI\r\n"),
    WireCase(requests("MULTI", "PING", "QUIT"), "+OK\r\n" + queued + "+OK\r\n", staysOpen: false),
]

private let garbageRows: [WireCase] = [
    WireCase(
        requests("PING") + "*1\r\n:1\r\n" + requests("PING"),
        "+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n", staysOpen: false),
    WireCase(
        "*2\r\n$4\r\nECHO\r\n$70000\r\n" + String(repeating: "x", count: 70000) + "\r\nPING\r\n",
        "-TOOLARGE an argument has 70000 bytes, at most 65536 are taken\r\n+PONG\r\n"),
    WireCase(
        requests("MULTI") + "*2000\r\n" + String(repeating: "$0\r\n\r\n", count: 2000)
            + requests("EXEC"),
        "+OK\r\n-TOOLARGE the request has 2000 arguments, at most 1024 are taken\r\n" + aborted),
]

@Suite struct WireTests {
    @Test(arguments: connectionRows + budgetRows + transactionRows + garbageRows)
    func answers(_ row: WireCase) throws {
        let wire = try Wire()
        #expect(try wire.send(row.sent) == row.received)
        #expect(wire.isOpen == row.staysOpen)
    }

    @Test(arguments: (connectionRows + budgetRows + transactionRows).filter { $0.sent.count < 200 })
    func answersUnderEveryCut(_ row: WireCase) throws {
        let bytes = Array(row.sent.utf8)
        for cut in 1..<bytes.count {
            let wire = try Wire()
            let received = try wire.send(bytes[..<cut]) + wire.send(bytes[cut...])
            #expect(received == row.received, "cut at \(cut)")
        }
    }

    @Test func answersByteByByte() throws {
        let wire = try Wire()
        var received = ""
        for byte in requests("HELLO 3", "MULTI", "RELEASE t.x", "EXEC", "RELEASE t.x").utf8 {
            received += try wire.send([byte])
        }
        #expect(received == hello3 + "+OK\r\n" + queued + "*1\r\n" + released3 + released3)
    }

    @Test func textThatIsNotUTF8() throws {
        let wire = try Wire()
        let bytes = Array("*3\r\n$5\r\nCHECK\r\n$4\r\nuser\r\n$1\r\n".utf8) + [0xff, 13, 10]
        #expect(
            try wire.send(bytes)
                == "-BADARG user is not UTF-8, which every argument has to be\r\n")
        #expect(wire.executor.requests.isEmpty)
    }
}
