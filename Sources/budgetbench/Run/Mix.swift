// What workers do how often.

import ArgumentParser

/// Shares of the three things that a worker does; `8:1:1` is eight reservations, each committed, to
/// one charge and one look at the limits.
struct Mix: Codable, CustomStringConvertible {
    let reserve: Int
    let charge: Int
    let usage: Int

    init(reserve: Int, charge: Int, usage: Int) {
        self.reserve = reserve
        self.charge = charge
        self.usage = usage
    }

    /// - Throws: where the text is no such shares.
    init(text: String) throws {
        let shares = text.split(separator: ":", omittingEmptySubsequences: false).map {
            Int($0) ?? -1
        }
        guard shares.count == 3, shares.allSatisfy({ (0...1000).contains($0) }),
            shares[0] + shares[1] > 0
        else {
            throw ValidationError(
                "--mix is \(text); expected three whole numbers up to 1000, like 8:1:1, and "
                    + "something that is decided")
        }
        self.init(reserve: shares[0], charge: shares[1], usage: shares[2])
    }

    var description: String { "\(reserve):\(charge):\(usage)" }

    /// What is asked of a daemon.
    enum Verb: String, CaseIterable {
        case reserve = "RESERVE"
        case commit = "COMMIT"
        case charge = "CHARGE"
        case usage = "USAGE"
    }

    /// What the next call is.
    func draw(using generator: inout SeededGenerator) -> Verb {
        let drawn = Int.random(in: 0..<reserve + charge + usage, using: &generator)
        if drawn < reserve { return .reserve }
        return drawn < reserve + charge ? .charge : .usage
    }
}
