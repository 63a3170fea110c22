// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// `flags` of `Change`.
@frozen public struct ChangeFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The next frame is the record of this row, with a null requestId.
    @inlinable public static var recordFollows: ChangeFlags { ChangeFlags(rawValue: 1 << 0) }
    /// No further change of this generation follows.
    @inlinable public static var lastOfGeneration: ChangeFlags { ChangeFlags(rawValue: 1 << 1) }
    /// Every bit this version knows.
    @inlinable public static var known: ChangeFlags { ChangeFlags(rawValue: 0b11) }
}
