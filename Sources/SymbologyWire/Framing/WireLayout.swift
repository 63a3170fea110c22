/// Where every field of every message lies: byte offsets from the start of its frame, the 8-byte header included, and
/// the whole frame's byte count. A text or a run of padding is a range of bytes.
///
/// The messages are in extensions beside their views. Computed properties rather than stored ones: they are inlined
/// into other modules as literals.
public enum WireLayout {
    public enum Header {
        @inlinable public static var blockLength: Int { 0 }
        @inlinable public static var templateId: Int { 2 }
        @inlinable public static var schemaId: Int { 4 }
        @inlinable public static var version: Int { 6 }
        @inlinable public static var byteCount: Int { 8 }
    }
}
