// Which answers of Redis say that nothing was done, and what then follows: the one table of it.
//
// | reply | was it applied? | class |
// |---|---|---|
// | NOSCRIPT | no | noScript: the same command again, with the source |
// | LOADING, MASTERDOWN, BUSY, TRYAGAIN, CLUSTERDOWN | no | later: again, inside the deadline |
// | READONLY | no | readOnly: leave this connection |
// | MOVED, ASK | no | misconfigured: one link talks to one node |
// | OOM, MISCONF, NOREPLICAS | no | refused |
// | NOAUTH, WRONGPASS, NOPERM, CROSSSLOT | no | misconfigured |
// | any of them, from inside a script | maybe partly | insideScript |
// | everything else | as it says | answer |

/// What an error reply means for the request that it answers.
enum ReplyClass: Equatable, Sendable {
    case noScript
    case later
    case readOnly
    case refused(RedisFailure.Refusal)
    case misconfigured
    case insideScript
    case answer

    init(_ error: RedisErrorReply) {
        if error.isFromInsideScript {
            self = .insideScript
            return
        }
        switch error.code {
        case "NOSCRIPT": self = .noScript
        case "LOADING", "MASTERDOWN", "BUSY", "TRYAGAIN", "CLUSTERDOWN": self = .later
        case "READONLY": self = .readOnly
        case "OOM": self = .refused(.outOfMemory)
        case "MISCONF": self = .refused(.persistenceFailed)
        case "NOREPLICAS": self = .refused(.tooFewReplicas)
        case "MOVED", "ASK": self = .misconfigured
        case "NOAUTH", "WRONGPASS", "NOPERM", "CROSSSLOT": self = .misconfigured
        default: self = .answer
        }
    }
}
