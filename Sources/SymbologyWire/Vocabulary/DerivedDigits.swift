// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What of a record was derived and not given.
@frozen public struct DerivedDigits: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The digits of `tickSize`, or else the default of the exchange.
    @inlinable public static var pricePrecision: DerivedDigits { DerivedDigits(rawValue: 1 << 0) }
    /// The digits of `stepSize`, or else the default of the exchange.
    @inlinable public static var basePrecision: DerivedDigits { DerivedDigits(rawValue: 1 << 1) }
    /// The default of the exchange.
    @inlinable public static var quotePrecision: DerivedDigits { DerivedDigits(rawValue: 1 << 2) }
    /// Digits, tick and step were read off observed prices and quantities.
    @inlinable public static var inferred: DerivedDigits { DerivedDigits(rawValue: 1 << 3) }
    /// Nothing: the row itself says that its rules are the last good ones, because a newer list of the venue could not
    /// be read.
    @inlinable public static var lastGood: DerivedDigits { DerivedDigits(rawValue: 1 << 4) }
    /// Every bit this version knows.
    @inlinable public static var known: DerivedDigits { DerivedDigits(rawValue: 0b11111) }
}
