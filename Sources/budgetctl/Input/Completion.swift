// What the shells are told of arguments.

import ArgumentParser

extension CompletionKind {
    /// Of names that the daemon alone knows. Where an argument says nothing, zsh tells its name
    /// instead of completing an option.
    static var nothing: CompletionKind { .list([]) }
}
