// What one request may cost in memory. The decoder enforces it before it buffers anything.

/// The bounds on one request from a client.
public struct RequestBounds: Sendable, Equatable {
    /// The most arguments a request may have. The longest command has some forty field and value
    /// pairs; 1024 leaves room for labels and keeps the table of ranges at 8 KiB.
    public var maxArguments: Int
    /// The most bytes one argument may have. Identifiers and policies' names are short; a whole
    /// policy file, the longest thing anyone sends, fits into 64 KiB.
    public var maxArgumentBytes: Int
    /// The most bytes a request may have, headers included: what one connection can make the
    /// daemon hold before anything is known about it.
    public var maxFrameBytes: Int
    /// The most bytes an inline command may have, since its end can't be known beforehand. It is
    /// typed by hand; nobody types 4 KiB.
    public var maxInlineBytes: Int

    /// Makes bounds; those not given keep the values meant for production.
    public init(
        maxArguments: Int = 1024,
        maxArgumentBytes: Int = 64 * 1024,
        maxFrameBytes: Int = 256 * 1024,
        maxInlineBytes: Int = 4 * 1024
    ) {
        self.maxArguments = maxArguments
        self.maxArgumentBytes = maxArgumentBytes
        self.maxFrameBytes = maxFrameBytes
        self.maxInlineBytes = maxInlineBytes
    }
}
