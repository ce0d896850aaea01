// What watching may take from those who decide. They are on the same loops as the watchers'
// sockets, so whatever is told there is paid for in time, and waits until it is paid for; where
// much is told, a watch is thus told seldomer and more at a time, which is what makes it cheap.
// They need the same Redis as those who read the journal, so reading is paid for as well.
//
// The costs are estimates, as measured on two cores, not looks at a clock: what is told when must
// not depend on who else the machine works for.

import BudgetModel

/// Nanoseconds: of telling those of the watchers' loops, of reading Redis's and the reader's.
enum TellingCost {
    /// A write to a socket that nobody has touched for a while, once for all that a watch is told
    /// at a time.
    private static let write = 12_000
    /// A message among what is written, and a byte of it.
    private static let message = 1_200
    private static let byte = 1

    /// What may be told in a tick: a hundredth of it.
    static let ofTick = Int(EventHub.tickMs) * 10_000

    /// The most that is told at once, of what waits: a loop decides nothing meanwhile.
    static let atOnce = ofTick * 2

    /// A question to the journal, of many that are asked together, and an entry that is read, most
    /// of the time in vain: Redis's time for it, and the reader's, where the processor that it
    /// takes is wanted by those who decide.
    static let question = 10_000
    private static let entry = 2_000

    /// What may be read in a tick: a sixtieth of it, so that somewhat more than eight thousand
    /// entries are read in a second.
    static let readingOfTick = Int(EventHub.tickMs) * 1_000_000 / 60

    /// What it took to read a page, beside the question.
    static func reading(_ page: EventPage) -> Int { page.looked * entry }

    /// What it takes to tell a watch so many messages, and their bytes.
    static func of(messages: Int, bytes: Int) -> Int {
        write + messages * message + bytes * byte
    }

    /// How many messages so many watches can all be told within a second, yet not so few that
    /// writes are the most of it.
    static func messages(watches: Int) -> Int {
        let second = ofTick * 1000 / Int(EventHub.tickMs)
        return max(write / message, (second / max(1, watches) - write) / message)
    }

    /// The first of some messages, which are told together: no more bytes than a reader may leave
    /// unread.
    static func first(
        of messages: ArraySlice<EventMessage>, watches: Int
    ) -> (messages: ArraySlice<EventMessage>, bytes: Int) {
        var count = 0
        var bytes = 0
        for message in messages.prefix(self.messages(watches: watches)) {
            if count > 0, bytes + message.length > mostBytes { break }
            count += 1
            bytes += message.length
        }
        return (messages.prefix(count), bytes)
    }

    /// Of what one watch is told at a time, which is twice in a tick at the most.
    private static let mostBytes = 96 * 1024
}
