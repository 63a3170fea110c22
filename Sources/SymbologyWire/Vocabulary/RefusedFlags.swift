// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// `flags` of `RefusedRecord`.
@frozen public struct RefusedFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The last good record of the row is served.
    @inlinable public static var lastGoodServed: RefusedFlags { RefusedFlags(rawValue: 1 << 0) }
    /// `reason` did not fit and was cut, at a character.
    @inlinable public static var reasonCut: RefusedFlags { RefusedFlags(rawValue: 1 << 1) }
    /// Every bit this version knows.
    @inlinable public static var known: RefusedFlags { RefusedFlags(rawValue: 0b11) }
}
