import SymbologyWire

/// Text of at most `byteCountMax` bytes of UTF-8, stored in place and padded with NUL.
///
/// A plain value: copying it allocates and retains nothing. Equality is byte for byte. It never contains a NUL.
@frozen
public struct FixedText<let byteCountMax: Int>: Sendable, BitwiseCopyable {
    @usableFromInline
    var bytes: InlineArray<byteCountMax, UInt8>

    /// The empty text.
    @inlinable
    public init() {
        bytes = InlineArray(repeating: 0)
    }

    /// Copies the text; nil when it is longer than `byteCountMax`, contains NUL, or is not valid UTF-8.
    ///
    /// Empty text is allowed: where it is not, the caller checks `isEmpty`. O(length), allocates nothing.
    @inlinable
    public init?(utf8 source: UnsafeRawBufferPointer) {
        guard source.count <= byteCountMax, source.isUTF8Text else { return nil }
        self.init()
        Swift.withUnsafeMutableBytes(of: &bytes) { $0.copyMemory(from: source) }
    }

    /// Copies the text; nil when it is longer than `byteCountMax` bytes of UTF-8 or contains NUL.
    @inlinable
    public init?(_ text: String) {
        var text = text
        let copy = text.withUTF8 { FixedText(utf8: UnsafeRawBufferPointer($0)) }
        guard let copy else { return nil }
        self = copy
    }

    /// Copies exactly `byteCountMax` bytes that are known to be valid: NUL-padded UTF-8, checked when they were stored.
    @inlinable
    package init(paddedBytes source: UnsafeRawPointer) {
        bytes = source.loadUnaligned(as: InlineArray<byteCountMax, UInt8>.self)
    }

    /// True when there is no text.
    @inlinable
    public var isEmpty: Bool { byteCountMax == 0 || bytes[0] == 0 }

    /// Bytes of text, without the padding.
    @inlinable
    public var byteCount: Int {
        var count = 0
        while count < byteCountMax && bytes[count] != 0 { count += 1 }
        return count
    }

    /// Calls `body` with the text's bytes, without the padding. The buffer is valid only inside `body`.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = byteCount
        return try Swift.withUnsafeBytes(of: bytes) { (buffer) throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Writes exactly `byteCountMax` bytes, the text and its NUL padding.
    @inlinable
    public func copyBytes(to destination: UnsafeMutableRawPointer) {
        Swift.withUnsafeBytes(of: bytes) { destination.copyMemory(from: $0.baseAddress!, byteCount: byteCountMax) }
    }
}

extension FixedText: Hashable {
    @inlinable
    public static func == (left: FixedText, right: FixedText) -> Bool {
        Swift.withUnsafeBytes(of: left.bytes) { left in
            Swift.withUnsafeBytes(of: right.bytes) { right in
                areEqual(left.baseAddress!, right.baseAddress!, byteCount: byteCountMax)
            }
        }
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        Swift.withUnsafeBytes(of: bytes) { hasher.combine(bytes: $0) }
    }
}

extension FixedText: CustomStringConvertible {
    /// The text as a `String`.
    @inlinable
    public var description: String {
        withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// An asset's ticker, as `symbols.base_asset`: at most 25 bytes.
public typealias AssetText = FixedText<25>

/// A venue's own symbol string: at most 50 bytes.
public typealias SymbolText = FixedText<50>

/// Whether bytes can be a text of a row: UTF-8 without NUL. O(length), allocates nothing.
@inlinable
package func isRowText(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.isUTF8Text }

/// Compares bytes a word at a time.
@inlinable
@inline(__always)
func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, byteCount: Int) -> Bool {
    var difference: UInt64 = 0
    var offset = 0
    while offset + 8 <= byteCount {
        difference |=
            left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
    }
    if offset + 4 <= byteCount {
        difference |= UInt64(
            left.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                ^ right.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        offset += 4
    }
    while offset < byteCount {
        difference |=
            UInt64(
                left.load(fromByteOffset: offset, as: UInt8.self) ^ right.load(fromByteOffset: offset, as: UInt8.self))
        offset += 1
    }
    return difference == 0
}
