// Replies in the order of their requests, whatever order they become known in. A slot is reserved
// when a request is taken and leaves when its reply is known and nothing is before it.
//
// Each slot keeps the protocol version of its request: HELLO changes it for those after it only.

import NIOCore
import RESP

/// The replies that a connection owes.
struct ReplyQueue: Sendable {
    /// A place in the order: rises by one with each request.
    typealias Ticket = Int

    private struct Slot: Sendable {
        let version: ProtocolVersion
        var reply: Reply?

        var isOpen: Bool { if case .none = reply { true } else { false } }
    }

    private var slots = CircularBuffer<Slot>()
    private var firstTicket: Ticket = 0

    /// How many replies are owed.
    var count: Int { slots.count }

    var isEmpty: Bool { slots.isEmpty }

    /// Takes the next place.
    mutating func reserve(_ version: ProtocolVersion) -> Ticket {
        slots.append(Slot(version: version))
        return firstTicket + slots.count - 1
    }

    /// Takes the next place for a reply that is known.
    mutating func append(_ reply: Reply, _ version: ProtocolVersion) {
        slots.append(Slot(version: version, reply: reply))
    }

    /// Tells the reply of a place. A ticket is answered once.
    mutating func answer(_ ticket: Ticket, _ reply: Reply) {
        let offset = ticket - firstTicket
        guard offset >= 0, offset < slots.count else {
            preconditionFailure("a reply for a request that was answered")
        }
        let index = slots.index(slots.startIndex, offsetBy: offset)
        precondition(slots[index].isOpen, "a second reply for a request")
        slots[index].reply = reply
    }

    /// Takes the first reply that is owed, if it is known.
    mutating func next() -> (reply: Reply, version: ProtocolVersion)? {
        guard let first = slots.first, let reply = first.reply else { return nil }
        slots.removeFirst()
        firstTicket += 1
        return (reply, first.version)
    }
}
