// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLimits {
    /// `schemaId` of every frame.
    @inlinable public static var schemaId: UInt16 { 7001 }
    /// `version` this code writes. A reader accepts every version: fields are only ever appended.
    @inlinable public static var version: UInt16 { 1 }
}
