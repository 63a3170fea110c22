// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// `flags` of `Subscribe`.
@frozen public struct SubscribeFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Each `Change` of a row that still exists is followed by its record.
    @inlinable public static var withRecords: SubscribeFlags { SubscribeFlags(rawValue: 1 << 0) }
    /// Every bit this version knows.
    @inlinable public static var known: SubscribeFlags { SubscribeFlags(rawValue: 0b1) }
}
