/// The sum of one call's priced parts, exact until it is rounded up at the end.
struct Bill {
    private let usage: Usage
    /// In 1e-15 US dollars; stays far inside 128 bits, since a part past the largest amount
    /// ends the addition.
    private var femto: Int128 = 0
    private var isTooLarge = false
    private var versions: [String] = []

    private static let femtoPerNano: Int128 = 1_000_000
    private static let millisecondsPerHour: Int128 = 3_600_000

    init(_ usage: Usage) {
        self.usage = usage
    }

    /// Adds what `rates` charge for the usage.
    mutating func add(_ rates: Rates, version: String) {
        versions.append(version)
        addTokens(rates.tokens(in: usage.serviceTier))
        add(1, rates.perCall)
        add(Self.count(usage.units), rates.perUnit)
        if let perHour = rates.perHour {
            // Rounded up to 1e-15 here and to 1e-9 at the end is the same as rounded up once,
            // because every other part is a whole number of 1e-15.
            let product = Self.count(usage.milliseconds) * Int128(perHour.femto)
            add((product + Self.millisecondsPerHour - 1) / Self.millisecondsPerHour)
        }
    }

    /// Cached tokens are a part of the input and reasoning is one of the output: each token is
    /// charged once, at the rate of its own kind.
    private mutating func addTokens(_ rates: TokenRates) {
        let read = Self.count(usage.cacheReadTokens)
        let written = Self.count(usage.cacheWriteTokens)
        let reasoned = Self.count(usage.reasoningTokens)
        add(max(0, Self.count(usage.inputTokens) - read - written), rates.input)
        add(read, rates.cacheRead ?? rates.input)
        add(written, rates.cacheWrite ?? rates.input)
        add(max(0, Self.count(usage.outputTokens) - reasoned), rates.output)
        add(reasoned, rates.reasoning ?? rates.output)
    }

    private mutating func add(_ count: Int128, _ rate: Rate?) {
        guard let rate else { return }
        add(count * Int128(rate.femto))
    }

    private mutating func add(_ part: Int128) {
        guard !isTooLarge, part <= Int128(Bounds.maxAmount) * Self.femtoPerNano else {
            isTooLarge = true
            return
        }
        femto += part
    }

    private static func count(_ value: Int64?) -> Int128 { Int128(max(0, value ?? 0)) }

    var total: Pricing {
        guard !isTooLarge,
            let nano = try? NanoUSD.roundedUp(
                femto, per: Self.femtoPerNano, most: Bounds.maxAmount)
        else { return .tooLarge }
        let version = versions.isEmpty ? Pricing.none : versions.joined(separator: "+")
        return .priced(nano: nano, version: version)
    }
}
