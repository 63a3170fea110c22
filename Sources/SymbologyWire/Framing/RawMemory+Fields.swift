// Loads and stores of fields. Little-endian, and without regard to alignment: where a frame begins in a read buffer
// depends on the frames before it. On the machines we run on an unaligned load is an ordinary load.

extension UnsafeRawPointer {
    @inlinable
    func loadInteger<Value: FixedWidthInteger & BitwiseCopyable>(
        at byteOffset: Int, as type: Value.Type = Value.self
    ) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: byteOffset, as: type))
    }

    /// A number that can be null.
    @inlinable
    func loadOptional<Value: FixedWidthInteger & BitwiseCopyable>(at byteOffset: Int) -> Value? {
        let value = loadInteger(at: byteOffset, as: Value.self)
        return value == .wireNull ? nil : value
    }

    /// Whether the frame that begins here has so many bytes, as its header says: then an appended field is there.
    @inlinable
    func frameReaches(_ byteCount: Int) -> Bool { FrameHeaderView(self).frameByteCount >= byteCount }

    /// Whether whoever wrote the frame knew this version: then a field that lies in former padding is there.
    @inlinable
    func isSince(_ version: UInt16) -> Bool { FrameHeaderView(self).version >= version }

    @inlinable
    func loadDecimal(mantissaAt mantissaOffset: Int, exponentAt exponentOffset: Int) -> WireDecimal {
        WireDecimal(mantissa: loadInteger(at: mantissaOffset), exponent: loadInteger(at: exponentOffset))
    }

    /// The first bytes of a field; all of them where it is said to hold more.
    @inlinable
    func loadBytes(_ field: Range<Int>, byteCount: UInt32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self + field.lowerBound, count: min(field.count, Int(byteCount)))
    }

    /// A text without its padding: the bytes before the first NUL.
    @inlinable
    func loadText(_ field: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self + field.lowerBound, count: textByteCount(field))
    }

    /// The bytes before the first NUL of a field, eight at a time.
    @inlinable
    func textByteCount(_ field: Range<Int>) -> Int {
        var byteOffset = field.lowerBound
        while byteOffset &+ 8 <= field.upperBound {
            let word = loadInteger(at: byteOffset, as: UInt64.self)
            // The lowest bit set is in the first byte that is zero; those above it may be set wrongly.
            let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if zeros != 0 { return byteOffset &+ zeros.trailingZeroBitCount &>> 3 &- field.lowerBound }
            byteOffset &+= 8
        }
        while byteOffset < field.upperBound, loadUnaligned(fromByteOffset: byteOffset, as: UInt8.self) != 0 {
            byteOffset &+= 1
        }
        return byteOffset &- field.lowerBound
    }

    @inlinable
    func isZero(_ field: Range<Int>) -> Bool { bitsSeen(field) == 0 }

    /// All bytes of a field, one on top of the other in some order.
    @inlinable
    func bitsSeen(_ field: Range<Int>) -> UInt64 {
        var byteOffset = field.lowerBound
        var seen: UInt64 = 0
        while byteOffset &+ 8 <= field.upperBound {
            seen |= loadUnaligned(fromByteOffset: byteOffset, as: UInt64.self)
            byteOffset &+= 8
        }
        while byteOffset < field.upperBound {
            seen |= UInt64(loadUnaligned(fromByteOffset: byteOffset, as: UInt8.self))
            byteOffset &+= 1
        }
        return seen
    }

    /// Whether a text field is ASCII, not empty, and padded with NUL to its end: what nearly every text is. False says
    /// nothing; then `textFault` finds out. Looks at each byte once, eight at a time, without a branch on what it
    /// finds.
    @inlinable
    @inline(__always)
    func isPlainText(_ field: Range<Int>) -> Bool {
        var seen: UInt64 = 0
        var misplaced: UInt64 = 0
        // The byte before the field counts as taken: a text that begins with NUL is then misplaced only if more
        // follows.
        var before: UInt64 = 0x80
        var byteOffset = field.lowerBound
        while byteOffset &+ 8 <= field.upperBound {
            plainWord(loadInteger(at: byteOffset, as: UInt64.self), &seen, &misplaced, &before)
            byteOffset &+= 8
        }
        if byteOffset &+ 4 <= field.upperBound {
            plainWord(UInt64(loadInteger(at: byteOffset, as: UInt32.self)), &seen, &misplaced, &before)
            // The word's upper half is no field: what came before the next byte is the fourth one.
            before = UInt64(loadUnaligned(fromByteOffset: byteOffset &+ 3, as: UInt8.self)) == 0 ? 0 : 0x80
            byteOffset &+= 4
        }
        while byteOffset < field.upperBound {
            let byte = UInt64(loadUnaligned(fromByteOffset: byteOffset, as: UInt8.self))
            seen |= byte
            misplaced |= before == 0 ? byte : 0
            before = byte == 0 ? 0 : 0x80
            byteOffset &+= 1
        }
        let isEmpty = loadUnaligned(fromByteOffset: field.lowerBound, as: UInt8.self) == 0
        return seen & 0x8080_8080_8080_8080 == 0 && misplaced == 0 && !isEmpty
    }

    /// - Parameters:
    ///   - misplaced: gets a bit for each byte that follows a NUL.
    ///   - before: 0x80 when the byte before the word is not NUL, else 0; then the same for the next word.
    @inlinable
    @inline(__always)
    func plainWord(_ word: UInt64, _ seen: inout UInt64, _ misplaced: inout UInt64, _ before: inout UInt64) {
        seen |= word
        // The highest bit of each byte that is not NUL; right for ASCII, and all else is sorted out by `seen`.
        let taken = (word &+ 0x7F7F_7F7F_7F7F_7F7F) & 0x8080_8080_8080_8080
        misplaced |= taken & ~(taken &<< 8 | before)
        before = taken &>> 56
    }

    /// Why a text field cannot be accepted, nil when it can. Part of every lookup that finds nothing, so a text of
    /// ASCII, which nearly all are, is looked at in words.
    @usableFromInline
    func textFault(_ field: Range<Int>, mayBeEmpty: Bool) -> RejectReason? {
        let byteCount = textByteCount(field)
        guard isZero(field.lowerBound &+ byteCount..<field.upperBound) else { return .textNotPadded }
        guard mayBeEmpty || byteCount > 0 else { return .textEmpty }
        if bitsSeen(field) & 0x8080_8080_8080_8080 == 0 { return nil }
        let text = UnsafeRawBufferPointer(start: self + field.lowerBound, count: byteCount)
        return text.isUTF8Text ? nil : .textNotUTF8
    }
}

extension UnsafeMutableRawPointer {
    @inlinable
    func storeInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at byteOffset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: byteOffset, as: Value.self)
    }

    /// A number that can be null.
    @inlinable
    func storeOptional<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value?, at byteOffset: Int) {
        storeInteger(value ?? .wireNull, at: byteOffset)
    }

    /// Has the front of a field filled; the number of bytes that it now holds.
    @inlinable
    func fill(_ field: Range<Int>, _ write: (UnsafeMutableRawBufferPointer) -> Int) -> UInt32 {
        let byteCount = write(UnsafeMutableRawBufferPointer(start: self + field.lowerBound, count: field.count))
        precondition((0...field.count).contains(byteCount), "bytes do not fit their field")
        return UInt32(byteCount)
    }

    @inlinable
    @inline(__always)
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
    @inline(__always)
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

extension FixedWidthInteger {
    /// What stands for "not there" in a field that can be null: the greatest number without sign, the least with one.
    @inlinable static var wireNull: Self { Self.isSigned ? .min : .max }
}
