// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Some kinds of symbols: `kinds` of list requests.
@frozen public struct InstrumentKinds: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Spot symbols.
    @inlinable public static var spot: InstrumentKinds { InstrumentKinds(rawValue: 1 << 0) }
    /// Perpetual contracts.
    @inlinable public static var perpetual: InstrumentKinds { InstrumentKinds(rawValue: 1 << 1) }
    /// Contracts that expire.
    @inlinable public static var future: InstrumentKinds { InstrumentKinds(rawValue: 1 << 2) }
    /// Options.
    @inlinable public static var option: InstrumentKinds { InstrumentKinds(rawValue: 1 << 3) }
    /// Anything else.
    @inlinable public static var other: InstrumentKinds { InstrumentKinds(rawValue: 1 << 4) }
    /// Every bit this version knows.
    @inlinable public static var known: InstrumentKinds { InstrumentKinds(rawValue: 0b11111) }
}
