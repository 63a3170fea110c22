/// Reads RFC 8259 from bytes in memory, one token at a time, without building values: a number is its text, digit for
/// digit.
///
/// Foundation's decoder keeps the digits too, in its `Decimal`; but it takes 4 s for the 76 MB of 100,000 markets, all
/// of them in memory at once, doubles the time a command takes to start, and of a file with one NaN reads nothing. NaN
/// and Infinity, which Python writes, are words here, and refused by whoever wants a number. O(bytes), constant memory
/// but for the depth, which has a maximum.
package struct JSONReader {
    /// A value without what is inside of it.
    package enum Value: Equatable {
        case null
        case flag(Bool)
        case number(Range<Int>)
        /// Between the quotes.
        case string(Range<Int>)
        case object
        case array
    }

    package struct Fault: Error, Equatable {
        package let offset: Int
        package let reason: String
    }

    /// Deeper than any list; a file of a million brackets is refused.
    package static let depthMax = 64

    private let bytes: UnsafeRawBufferPointer
    package private(set) var offset = 0
    package var byteCount: Int { bytes.count }

    /// The bytes must outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    /// Steps over blanks; whether something follows them.
    package mutating func hasMore() -> Bool {
        skipBlanks()
        return offset < bytes.count
    }

    /// Reads the next value. Of an object or an array the opening bracket: `nextKey` or `hasNextElement` go on from
    /// there.
    package mutating func value() throws(Fault) -> Value {
        skipBlanks()
        guard offset < bytes.count else { throw fault("the file ends in the middle") }
        switch bytes[offset] {
        case UInt8(ascii: "{"):
            offset += 1
            return .object
        case UInt8(ascii: "["):
            offset += 1
            return .array
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    /// Steps to the next value of an object.
    /// - Parameter isFirst: whether none was read yet.
    /// - Returns: its key, between the quotes; nil behind the closing bracket.
    package mutating func nextKey(isFirst: Bool) throws(Fault) -> Range<Int>? {
        guard try hasNext(UInt8(ascii: "}"), isFirst) else { return nil }
        skipBlanks()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw fault("a key is missing") }
        let key = try string()
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
        return key
    }

    /// Steps to the next value of an array; false behind the closing bracket.
    package mutating func hasNextElement(isFirst: Bool) throws(Fault) -> Bool {
        try hasNext(UInt8(ascii: "]"), isFirst)
    }

    /// Steps over everything inside of a value.
    package mutating func skip(_ value: Value) throws(Fault) {
        // Whether each open bracket is an object's, the innermost last.
        var isObject: [Bool] = []
        var isFirst = true
        var opened = value
        while true {
            if opened == .object || opened == .array {
                guard isObject.count < Self.depthMax else { throw fault("too many brackets stand within brackets") }
                isObject.append(opened == .object)
                isFirst = true
            }
            while let inObject = isObject.last {
                let hasNext = inObject ? try nextKey(isFirst: isFirst) != nil : try hasNextElement(isFirst: isFirst)
                isFirst = false
                if hasNext { break }
                isObject.removeLast()
            }
            if isObject.isEmpty { return }
            opened = try self.value()
        }
    }

    /// The text of a number, as it stands.
    package func text(number range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// The text between two quotes; nil where it is not UTF-8 or escapes half a character.
    package func text(string range: Range<Int>) -> String? {
        let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard raw.contains(UInt8(ascii: "\\")) else { return String(validating: raw, as: UTF8.self) }
        var unescaped: [UInt8] = []
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\"), index + 1 < raw.count else {
                unescaped.append(raw[index])
                index += 1
                continue
            }
            index += 2
            switch raw[index - 1] {
            case UInt8(ascii: "u"):
                guard let scalar = Self.scalar(raw, &index) else { return nil }
                unescaped.append(contentsOf: Array(String(scalar).utf8))
            case UInt8(ascii: "b"): unescaped.append(0x08)
            case UInt8(ascii: "f"): unescaped.append(0x0C)
            case UInt8(ascii: "n"): unescaped.append(0x0A)
            case UInt8(ascii: "r"): unescaped.append(0x0D)
            case UInt8(ascii: "t"): unescaped.append(0x09)
            case let byte where "\"\\/".utf8.contains(byte): unescaped.append(byte)
            default: return nil
            }
        }
        return String(validating: unescaped, as: UTF8.self)
    }

    /// Whether the text between two quotes is this one.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return bytes[range].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The line of a place and, as a file of many megabytes may be one line, the byte in it, both counted from 1.
    /// O(bytes before it).
    package func place(of offset: Int) -> String {
        let before = bytes[..<min(offset, bytes.count)]
        let lineFeed = UInt8(ascii: "\n")
        let lineStart = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        return "line \(before.count { $0 == lineFeed } + 1), byte \(before.count - lineStart + 1)"
    }

    /// Four hexadecimal digits behind `\u`, or two such groups.
    private static func scalar(_ raw: UnsafeRawBufferPointer, _ index: inout Int) -> Unicode.Scalar? {
        guard let unit = codeUnit(raw, &index) else { return nil }
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) }
        guard index + 1 < raw.count, raw[index] == UInt8(ascii: "\\"), raw[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        index += 2
        guard let low = codeUnit(raw, &index), UTF16.isTrailSurrogate(low) else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
    }

    private static func codeUnit(_ raw: UnsafeRawBufferPointer, _ index: inout Int) -> UInt16? {
        guard index + 4 <= raw.count else { return nil }
        defer { index += 4 }
        var unit: UInt16 = 0
        for byte in raw[index..<index + 4] {
            guard let digit = hexadecimal(byte) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// At where reading is.
    func fault(_ reason: String) -> Fault { Fault(offset: offset, reason: reason) }

    private mutating func skipBlanks() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func hasNext(_ end: UInt8, _ isFirst: Bool) throws(Fault) -> Bool {
        skipBlanks()
        if take(end) { return false }
        guard isFirst || take(UInt8(ascii: ",")) else {
            let isAtEnd = offset == bytes.count
            throw fault(isAtEnd ? "the file ends in the middle" : "a comma or a closing bracket is missing")
        }
        return true
    }

    private mutating func string() throws(Fault) -> Range<Int> {
        offset += 1
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return start..<offset - 1
            case UInt8(ascii: "\\"): offset += 2
            case 0..<0x20: throw fault("a control character stands in a string")
            default: offset += 1
            }
        }
        offset = min(offset, bytes.count)
        throw fault("the file ends in the middle of a string")
    }

    /// A number, or one of the words that stand for a value.
    private mutating func word() throws(Fault) -> Value {
        let start = offset
        while offset < bytes.count, Self.isWord(bytes[offset]) { offset += 1 }
        let range = start..<offset
        if equals(range, "null") { return .null }
        if equals(range, "true") { return .flag(true) }
        if equals(range, "false") { return .flag(false) }
        if range.isEmpty || !Self.startsNumber(bytes[start]) {
            offset = start
            throw fault("no value stands here")
        }
        return .number(range)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        hexadecimalOrLetter.contains(byte | 0x20) || "+-.".utf8.contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static let hexadecimalOrLetter = UInt8(ascii: "a")...UInt8(ascii: "z")

    /// Also NaN and Infinity.
    private static func startsNumber(_ byte: UInt8) -> Bool {
        "+-.NI".utf8.contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
