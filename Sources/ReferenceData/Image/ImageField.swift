/// A value at an offset of a record in an image; little-endian, as everything in it.
struct ImageField<Value: BitwiseCopyable>: Sendable {
    let offset: Int

    @inline(__always)
    init(_ offset: Int) { self.offset = offset }

    /// The offset behind it.
    var end: Int { offset + MemoryLayout<Value>.size }
}

/// A text at an offset of a record in an image, padded with NUL.
struct ImageTextField: Sendable {
    let offset: Int
    let byteCountMax: Int

    var end: Int { offset + byteCountMax }

    init(_ offset: Int, byteCountMax: Int) {
        self.offset = offset
        self.byteCountMax = byteCountMax
    }
}

extension UnsafeRawPointer {
    @inline(__always)
    subscript<Value>(field: ImageField<Value>) -> Value { load(fromByteOffset: field.offset, as: Value.self) }

    /// Nil for bytes that are no padded UTF-8.
    subscript(field: ImageTextField) -> String? {
        let bytes = UnsafeRawBufferPointer(start: self + field.offset, count: field.byteCountMax)
        let byteCount = bytes.firstIndex(of: 0) ?? bytes.count
        guard bytes[byteCount...].allSatisfy({ $0 == 0 }) else { return nil }
        return String(validating: bytes.prefix(byteCount), as: UTF8.self)
    }
}

extension UnsafeMutableRawPointer {
    @inline(__always)
    subscript<Value>(field: ImageField<Value>) -> Value {
        get { load(fromByteOffset: field.offset, as: Value.self) }
        nonmutating set { storeBytes(of: newValue, toByteOffset: field.offset, as: Value.self) }
    }

    /// Writes a text, cut to what fits, over bytes that are zero.
    func store(_ text: String, in field: ImageTextField) {
        for (index, byte) in text.utf8.prefix(field.byteCountMax).enumerated() {
            storeBytes(of: byte, toByteOffset: field.offset + index, as: UInt8.self)
        }
    }
}
