// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What is remarkable about an answer: `flags` of resolutions and records.
@frozen public struct ResolutionFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The symbol is active and not due (in an exchange frame: the exchange is active).
    @inlinable public static var active: ResolutionFlags { ResolutionFlags(rawValue: 1 << 0) }
    /// Its exchange is active (in an exchange frame: as `active`).
    @inlinable public static var exchangeActive: ResolutionFlags { ResolutionFlags(rawValue: 1 << 1) }
    /// Served from an image file that was not confirmed yet: the database was not read since the start.
    @inlinable public static var fromFile: ResolutionFlags { ResolutionFlags(rawValue: 1 << 2) }
    /// An alias matched, not the string of a live symbol.
    @inlinable public static var alias: ResolutionFlags { ResolutionFlags(rawValue: 1 << 3) }
    /// The newest version of the row, or of the venue's list, could not be read: this is the last good one.
    @inlinable public static var lastGood: ResolutionFlags { ResolutionFlags(rawValue: 1 << 4) }
    /// Digits, tick or step were derived and not given: `derivedDigits` of the record says which.
    @inlinable public static var derived: ResolutionFlags { ResolutionFlags(rawValue: 1 << 5) }
    /// The tick depends on the price; `tickSize` is the smallest.
    @inlinable public static var tiered: ResolutionFlags { ResolutionFlags(rawValue: 1 << 6) }
    /// Of a symbol's record: its table calls it active, and its time has come. Never beside `active`.
    @inlinable public static var due: ResolutionFlags { ResolutionFlags(rawValue: 1 << 7) }
    /// Every bit this version knows.
    @inlinable public static var known: ResolutionFlags { ResolutionFlags(rawValue: 0b11111111) }
}
