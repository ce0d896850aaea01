// A limit and whose: what all changes of a limit begin with.

import ArgumentParser

struct LimitArguments: ParsableArguments {
    @Argument(help: "The limit's name in the policy.", completion: .nothing)
    var limit: String

    @OptionGroup var subject: FieldArguments

    /// The words of `LIMIT <verb>`.
    func words(_ verb: String) throws(Failure) -> [String] {
        ["LIMIT", verb, "limit", limit] + (try subject.words())
    }
}
