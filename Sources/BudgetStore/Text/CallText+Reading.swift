// Reading what CallText writes. Anything that is not as written is a fault of the data: nil, and
// the caller answers INTERNAL for the operations that need it.

import BudgetModel

/// A call's text, read.
struct ReadCall: Equatable {
    var letter: Character
    var timeToLive: Int64
    var call: PricedCall
    var accounts: [Account]
    var isOverEstimate = false

    /// What it holds of an account's counter. Tasks are counted, never held.
    func heldAmount(of account: Account) -> Int64 {
        account.measure == .tasks ? 0 : call.amounts[account.measure]
    }
}

extension CallText {
    /// Reads the first line; those of tasks and thresholds behind it are passed over.
    static func read(_ text: String, tenant: String) -> ReadCall? {
        read(text[...], tenant: tenant)
    }

    /// The same of a part of a text.
    ///
    /// - Parameter hasAccounts: whether the accounts are wanted.
    static func read(
        _ text: Substring, tenant: String, hasAccounts: Bool = true
    ) -> ReadCall? {
        let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") }
        let items = split(Substring(line), UInt8(ascii: "\t"))
        guard items.count >= 3, let letter = items[0].first, let life = Int64(items[2]) else {
            return nil
        }
        var call = PricedCall(
            subject: Subject(tenant: tenant), usage: Usage(), amounts: Amounts(),
            priceVersion: "", bodyDigest: String(items[1]))
        var cost: Int64 = 0
        var accounts: [Account] = []
        var isOver = false
        for item in items.dropFirst(3) {
            guard let sign = item.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = item[..<sign]
            let value = item[item.utf8.index(after: sign)...]
            switch name {
            case "L":
                guard hasAccounts else { continue }
                guard let account = account(value, call.subject) else { return nil }
                accounts.append(account)
            case "$":
                guard let amount = amount(value) else { return nil }
                cost = amount
            case "un": call.isUnpriced = true
            case "ov": isOver = true
            case "pv":
                guard let version = Escaping.plain(value) else { return nil }
                call.priceVersion = version
            default:
                guard let plain = Escaping.plain(value) else { return nil }
                if let field = field(name.utf8) {
                    call.subject[field] = plain
                } else if !set(name, plain, &call.usage) {
                    return nil
                }
            }
        }
        if call.priceVersion == Pricing.given { call.usage.cost = cost }
        // A release and an expiry have no call, and so no amounts.
        if items.count > 3 { call.amounts = Amounts(call.usage, cost: cost) }
        return ReadCall(
            letter: letter, timeToLive: life, call: call, accounts: accounts,
            isOverEstimate: isOver)
    }

    private static func set(
        _ name: Substring, _ value: String, _ usage: inout Usage
    ) -> Bool {
        switch name {
        case "p": usage.provider = value
        case "m": usage.model = value
        case "o": usage.operation = value
        case "mc": usage.machine = value
        case "rid": usage.responseID = value
        case "st": usage.serviceTier = ServiceTier(rawValue: value)
        case "oc": usage.outcome = CallOutcome(rawValue: value)
        default:
            guard let number = amount(value) else { return false }
            return set(name, number, &usage)
        }
        return true
    }

    /// What can be added to others without a look.
    private static func amount(_ text: some StringProtocol) -> Int64? {
        Int64(text).flatMap { (0...Bounds.maxAmount).contains($0) ? $0 : nil }
    }

    private static func set(
        _ name: Substring, _ value: Int64, _ usage: inout Usage
    ) -> Bool {
        switch name {
        case "i": usage.inputTokens = value
        case "q": usage.outputTokens = value
        case "cr": usage.cacheReadTokens = value
        case "cw": usage.cacheWriteTokens = value
        case "cl": usage.longCacheWriteTokens = value
        case "rt": usage.reasoningTokens = value
        case "ia": usage.inputAudioTokens = value
        case "ii": usage.inputImageTokens = value
        case "oa": usage.outputAudioTokens = value
        case "oi": usage.outputImageTokens = value
        case "im": usage.images = value
        case "qn": usage.queries = value
        case "ch": usage.characters = value
        case "ms": usage.milliseconds = value
        case "n": usage.units = value
        case "at": usage.attempt = value
        default: return false
        }
        return true
    }

    /// By bytes: a name may begin with what to Swift is a part of the separator's character.
    private static func split(_ text: Substring, _ separator: UInt8) -> [Substring] {
        text.utf8.split(separator: separator, omittingEmptySubsequences: false).map {
            Substring($0)
        }
    }

    private static func account(_ text: Substring, _ subject: Subject) -> Account? {
        let parts = split(text, UInt8(ascii: "|"))
        guard parts.count == 4, let name = Escaping.plain(parts[0]) else { return nil }
        let fields = split(parts[1], UInt8(ascii: ",")).compactMap { field($0.utf8) }
        let measure = Substring(parts[3].utf8.prefix { $0 != UInt8(ascii: "~") })
        guard let scope = Scope(of: subject, per: fields),
            let measure = Measure(name: String(measure))
        else { return nil }
        return Account(
            name: name, scope: scope, window: String(parts[2]), counter: String(parts[3]),
            measure: measure)
    }
}
