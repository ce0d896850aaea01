/// The sum of one call's priced parts, exact until it is rounded up at the end.
struct Bill {
    private let usage: Usage
    /// In 1e-15 US dollars; stays far inside 128 bits, since a part past the largest amount
    /// ends the addition.
    private var femto: Int128 = 0
    private var isTooLarge = false
    private var version = ""

    private static let femtoPerNano: Int128 = 1_000_000
    private static let millisecondsPerHour: Int128 = 3_600_000

    init(_ usage: Usage) {
        self.usage = usage
    }

    /// Adds what `rates` charge for the usage.
    mutating func add(_ rates: Rates, version: String) {
        self.version += self.version.isEmpty ? version : "+" + version
        let before = femto
        let isText = rates.perCharacter == nil || usage.characters ?? 0 == 0
        let images = rates.perImage == nil || usage.outputTokens ?? 0 > 0 ? nil : usage.images
        let tokens = rates.tokens(in: usage.serviceTier, input: usage.inputTokens ?? 0)
        addInput(tokens, isText: isText, hasImages: images ?? 0 > 0)
        addOutput(tokens)
        if let perHour = rates.perHour, femto == before {
            // Rounded up to 1e-15 here and to 1e-9 at the end is the same as rounded up once,
            // because every other part is a whole number of 1e-15.
            let product = Self.count(usage.milliseconds) * Int128(perHour.femto)
            add((product + Self.millisecondsPerHour - 1) / Self.millisecondsPerHour)
        }
        add(1, rates.perCall)
        add(Self.count(images), rates.perImage)
        add(Self.count(usage.queries), rates.perQuery)
        add(Self.count(usage.characters), rates.perCharacter)
        add(Self.count(usage.units), rates.perUnit)
    }

    /// Each token is charged once, at the rate of its own kind. Cached sound is charged as
    /// cached, since that is what both counts are sure of.
    ///
    /// - Parameters:
    ///   - isText: whether text is charged by its tokens, and not by its characters.
    ///   - hasImages: whether images are charged by the piece, and not by their tokens.
    private mutating func addInput(_ rates: TokenRates, isText: Bool, hasImages: Bool) {
        let read = Self.count(usage.cacheReadTokens)
        let long = Self.count(usage.longCacheWriteTokens)
        let written = max(long, Self.count(usage.cacheWriteTokens))
        var rest = Self.rest(
            usage.inputTokens, without: read + written, usage.inputAudioTokens,
            usage.inputImageTokens)
        let audio = Self.part(usage.inputAudioTokens, of: &rest)
        let image = Self.part(usage.inputImageTokens, of: &rest)
        add(read, rates.cacheRead ?? rates.input)
        add(written - long, rates.cacheWrite ?? rates.input)
        add(long, rates.longCacheWrite ?? rates.cacheWrite ?? rates.input)
        add(audio, rates.inputAudio ?? rates.input)
        if !hasImages { add(image, rates.inputImage ?? rates.input) }
        if isText { add(rest, rates.input) }
    }

    private mutating func addOutput(_ rates: TokenRates) {
        let reasoned = Self.count(usage.reasoningTokens)
        var rest = Self.rest(
            usage.outputTokens, without: reasoned, usage.outputAudioTokens,
            usage.outputImageTokens)
        let audio = Self.part(usage.outputAudioTokens, of: &rest)
        let image = Self.part(usage.outputImageTokens, of: &rest)
        add(reasoned, rates.reasoning ?? rates.output)
        add(audio, rates.outputAudio ?? rates.output)
        add(image, rates.outputImage ?? rates.output)
        add(rest, rates.output)
    }

    /// What is left of the whole. Parts that are stated alone are the whole: they are charged
    /// all the same.
    private static func rest(
        _ whole: Int64?, without parts: Int128, _ audio: Int64?, _ image: Int64?
    ) -> Int128 {
        guard let whole else { return count(audio) + count(image) }
        return max(0, count(whole) - parts)
    }

    /// Takes a part out of what is left of the whole.
    private static func part(_ count: Int64?, of rest: inout Int128) -> Int128 {
        let part = min(Self.count(count), rest)
        rest -= part
        return part
    }

    private mutating func add(_ count: Int128, _ rate: Rate?) {
        guard let rate, count > 0 else { return }
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
        return .priced(nano: nano, version: version.isEmpty ? Pricing.none : version)
    }
}
