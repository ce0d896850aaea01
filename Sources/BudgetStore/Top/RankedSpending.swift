// What one line of the journal adds to the rankings of spenders: an amount of each measure, under
// each name that the call has.

import BudgetModel

struct RankedSpending {
    /// A line that is no call's as the scripts write it.
    struct Unreadable: Error {}

    /// Below 0 where an expired reservation's charge is taken back.
    let amounts: Amounts
    private let call: PricedCall

    /// Nil where the line spends nothing.
    init?(_ line: JournalLine, tenant: String) throws(Unreadable) {
        var isTakenBack = false
        switch line.text.utf8.first {
        case UInt8(ascii: "G"), UInt8(ascii: "P"), UInt8(ascii: "C"), UInt8(ascii: "L"),
            UInt8(ascii: "D"):
            break
        case UInt8(ascii: "V"): isTakenBack = true
        default: return nil
        }
        guard let call = CallText.read(line.text[...], tenant: tenant, hasAccounts: false)?.call
        else { throw Unreadable() }
        self.call = call
        amounts = isTakenBack ? Amounts() - call.amounts : call.amounts
    }

    /// Tells each field that spenders are ranked by, and whom the call names there.
    func eachName(_ tell: (TopField, String) -> Void) {
        let subject = call.subject
        tell(.tenant, subject.tenant)
        if let name = subject.user { tell(.user, name) }
        if let name = subject.session { tell(.session, name) }
        if let name = subject.run { tell(.run, name) }
        if let name = subject.agent { tell(.agent, name) }
        if let name = subject.tool { tell(.tool, name) }
        if let name = call.usage.model { tell(.model, name) }
        if let name = call.usage.provider { tell(.provider, name) }
        for label in subject.labels { tell(.label(label.name), label.value) }
    }
}
