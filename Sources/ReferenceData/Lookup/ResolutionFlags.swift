/// What is remarkable about an answer; the bits are those of the wire.
@frozen
public struct ResolutionFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The symbol (or, in an exchange's answer, the exchange) is active.
    @inlinable public static var active: ResolutionFlags { ResolutionFlags(rawValue: 1) }
    /// The symbol's exchange is active.
    @inlinable public static var exchangeActive: ResolutionFlags { ResolutionFlags(rawValue: 2) }
    /// Served from an image file while the database is away.
    @inlinable public static var fromFile: ResolutionFlags { ResolutionFlags(rawValue: 4) }
    /// The key matched an alias, not the symbol's present key.
    @inlinable public static var alias: ResolutionFlags { ResolutionFlags(rawValue: 8) }
    /// The row's newest version was refused; this is the last good one.
    @inlinable public static var lastGood: ResolutionFlags { ResolutionFlags(rawValue: 16) }
}
