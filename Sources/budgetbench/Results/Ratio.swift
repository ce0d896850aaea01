// A measure of one thing against another, and what it ought to be.

import Foundation

/// What is wished for.
enum Goal {
    case atMost(Double)
    case atLeast(Double)
}

struct Ratio: Codable {
    let name: String
    let title: String
    /// Over the rounds.
    let value: Spread
    /// Where there is one; the median is judged by it.
    let goal: Double?
    let isAtLeast: Bool?
    let isMet: Bool?

    init(name: String, title: String, values: [Double], goal: Goal?) {
        self.name = name
        self.title = title
        value = Spread(values)
        switch goal {
        case .atMost(let most): (self.goal, isAtLeast, isMet) = (most, false, value.median <= most)
        case .atLeast(let least):
            (self.goal, isAtLeast, isMet) = (least, true, value.median >= least)
        case nil: (self.goal, isAtLeast, isMet) = (nil, nil, nil)
        }
    }

    /// The goal and whether it is met; empty where there is none.
    var judgement: String {
        guard let goal, let isAtLeast, let isMet else { return "" }
        return "goal \(isAtLeast ? "≥" : "≤") " + String(format: "%g", goal)
            + (isMet ? " met" : " MISSED")
    }
}
