// Loads and stores of fields. Little-endian, and without regard to alignment: where a frame begins in a read buffer
// depends on the frames before it. On the machines we run on an unaligned load is an ordinary load.

extension UnsafeRawPointer {
    @inlinable
    func loadInteger<Value: FixedWidthInteger & BitwiseCopyable>(at byteOffset: Int, as type: Value.Type) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: byteOffset, as: type))
    }

    /// All bytes of a field.
    @inlinable
    func loadBytes(_ field: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self + field.lowerBound, count: field.count)
    }

    /// A text without its padding: the bytes before the first NUL.
    @inlinable
    func loadText(_ field: Range<Int>) -> UnsafeRawBufferPointer {
        let bytes = loadBytes(field)
        return UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.firstIndex(of: 0) ?? bytes.count)])
    }

    @inlinable
    func isZero(_ field: Range<Int>) -> Bool {
        var byteOffset = field.lowerBound
        var seen: UInt64 = 0
        while byteOffset + 8 <= field.upperBound {
            seen |= loadUnaligned(fromByteOffset: byteOffset, as: UInt64.self)
            byteOffset += 8
        }
        while byteOffset < field.upperBound {
            seen |= UInt64(loadUnaligned(fromByteOffset: byteOffset, as: UInt8.self))
            byteOffset += 1
        }
        return seen == 0
    }

    /// Why a text field cannot be accepted, nil when it can.
    @usableFromInline
    func textFault(_ field: Range<Int>, mayBeEmpty: Bool) -> RejectReason? {
        let text = loadText(field)
        guard isZero(field.lowerBound + text.count..<field.upperBound) else { return .textNotPadded }
        guard mayBeEmpty || !text.isEmpty else { return .textEmpty }
        return text.isValidUTF8 ? nil : .textNotUTF8
    }
}

extension UnsafeMutableRawPointer {
    @inlinable
    func storeInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at byteOffset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: byteOffset, as: Value.self)
    }

    @inlinable
    func storeZero(_ field: Range<Int>) {
        UnsafeMutableRawBufferPointer(start: self + field.lowerBound, count: field.count)
            .initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// The header of a frame as this version writes it, in one store.
    @inlinable
    func storeHeader(_ template: Template) {
        let header =
            UInt64(template.frameByteCount - WireLayout.Header.byteCount)
            | UInt64(template.rawValue) << 16 | UInt64(WireLimits.schemaId) << 32 | UInt64(WireLimits.version) << 48
        storeInteger(header, at: 0)
    }

    /// A text, or image bytes, and the padding. It must fit: a longer one would run into the next field, and is our
    /// own bug, because every text is measured before it gets here.
    @inlinable
    func storeText(_ text: some Collection<UInt8>, in field: Range<Int>) {
        let count = text.count
        precondition(count <= field.count, "a text is longer than its field")
        let target = UnsafeMutableRawBufferPointer(start: self + field.lowerBound, count: count)
        target.copyBytes(from: text)
        storeZero(field.lowerBound + count..<field.upperBound)
    }

    /// As much of a text as fits, cut before the character that does not.
    @inlinable
    func storeCutText(_ text: some Collection<UInt8>, in field: Range<Int>) {
        guard text.count > field.count else { return storeText(text, in: field) }
        var end = text.index(text.startIndex, offsetBy: field.count)
        // A continuation byte at the cut belongs to a character that began before it.
        while end > text.startIndex && text[end] & 0b1100_0000 == 0b1000_0000 {
            end = text.index(end, offsetBy: -1, limitedBy: text.startIndex) ?? text.startIndex
        }
        storeText(text[..<end], in: field)
    }
}
