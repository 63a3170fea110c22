// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// `flags` of `GetSnapshot`.
@frozen public struct SnapshotFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The image itself is wanted: its bytes follow as `SnapshotChunk` frames.
    @inlinable public static var sendBytes: SnapshotFlags { SnapshotFlags(rawValue: 1 << 0) }
    /// Every bit this version knows.
    @inlinable public static var known: SnapshotFlags { SnapshotFlags(rawValue: 0b1) }
}
