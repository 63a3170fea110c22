extension String {
    /// Keys match byte for byte, and so does the database. Swift's own `==` holds two spellings of one character (a
    /// composed letter, the same letter and its accent) for equal.
    package func hasBytes(of other: String) -> Bool {
        utf8.count == other.utf8.count
            && withBorrowedUTF8 { bytes in other.withBorrowedUTF8 { bytes.elementsEqual($0) } }
    }

    /// Calls `body` with the bytes, which is done without a copy of the string: that would count its references.
    @inline(__always)
    func withBorrowedUTF8<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        var copy = self
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

extension String? {
    /// Both absent, or both there and alike byte for byte.
    package func hasBytes(of other: String?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let mine?, let theirs?): mine.hasBytes(of: theirs)
        default: false
        }
    }
}

/// A name to put into sets and dictionaries where names are told apart byte for byte.
package struct ByteText: Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ByteText, right: ByteText) -> Bool { left.text.hasBytes(of: right.text) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        // No byte of UTF-8: where the text ends.
        hasher.combine(0xFF as UInt8)
    }
}
