/// Reads RFC 4180 from bytes in memory, one record at a time, without building strings.
///
/// LF and CRLF end a record; a byte-order mark at the start is skipped; blank lines are skipped; a quoted field may
/// hold commas and doubled quotes, but no line end, which no column takes: two stray quotes then cost their own lines,
/// not those between them. A malformed record is reported with its line and reading goes on at the next line. O(bytes);
/// the only memory is the fields of one record.
package struct CSVReader {
    /// One record: its fields one after another, unquoted.
    package struct Record {
        /// Counted from 1.
        package fileprivate(set) var line = 0
        fileprivate var bytes: [UInt8] = []
        fileprivate var fieldEnds: [Int] = []

        package init() {}

        var fieldCount: Int { fieldEnds.count }

        func field(_ index: Int) -> ArraySlice<UInt8> {
            bytes[(index == 0 ? 0 : fieldEnds[index - 1])..<fieldEnds[index]]
        }

        /// A field as a text; nil where it is not UTF-8.
        func text(_ index: Int) -> String? {
            field(index).withUnsafeBufferPointer { bytes in
                // Nearly all are ASCII, of which the check of any UTF-8 takes several times as long.
                bytes.allSatisfy { $0 < 0x80 }
                    ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
            }
        }

        fileprivate mutating func clear(line: Int) {
            self.line = line
            bytes.removeAll(keepingCapacity: true)
            fieldEnds.removeAll(keepingCapacity: true)
        }
    }

    package enum Outcome: Equatable {
        case record
        case fault(line: Int, reason: String)
        case end
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var recordOffset = 0
    private var fieldOffset = 0

    /// How far reading is, and of how much.
    var byteOffset: Int { offset }
    var byteCount: Int { bytes.count }
    /// The last record or fault as it stands, without its line end.
    var lastLine: Slice<UnsafeRawBufferPointer> { line(from: recordOffset) }
    /// What stands between the commas of the last fault, from the faulty field on, without quotes.
    var faultyFields: [String] {
        line(from: fieldOffset).split(separator: Self.comma, omittingEmptySubsequences: false).map { field in
            String(decoding: field.filter { $0 != Self.quote }, as: UTF8.self)
        }
    }
    private var line = 1

    /// The bytes must outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
    }

    /// Reads the next record into `record`; its old content is gone in any case.
    package mutating func next(_ record: inout Record) -> Outcome {
        while skipLineEnd() {}
        record.clear(line: line)
        recordOffset = offset
        guard offset < bytes.count else { return .end }
        while true {
            fieldOffset = offset
            let reason: String?
            if offset < bytes.count, bytes[offset] == Self.quote {
                reason = readQuoted(&record)
            } else {
                reason = readPlain(&record)
            }
            if let reason { return skipLine(reason) }
            record.fieldEnds.append(record.bytes.count)
            guard offset < bytes.count else { return .record }
            if bytes[offset] == Self.comma {
                offset += 1
            } else if skipLineEnd() {
                return .record
            } else {
                // It is no field of the record: with it the others of the line would be counted one too far.
                record.fieldEnds.removeLast()
                return skipLine("text follows the closing quote of a field")
            }
        }
    }

    /// Steps over LF or CRLF when one is here.
    private mutating func skipLineEnd() -> Bool {
        guard offset < bytes.count else { return false }
        if bytes[offset] == Self.lineFeed {
            offset += 1
        } else if bytes[offset] == Self.carriageReturn, offset + 1 < bytes.count, bytes[offset + 1] == Self.lineFeed {
            offset += 2
        } else {
            return false
        }
        line += 1
        return true
    }

    private mutating func readPlain(_ record: inout Record) -> String? {
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == Self.comma || byte == Self.lineFeed { break }
            if byte == Self.quote { return "a quote stands inside an unquoted field" }
            if byte == Self.carriageReturn {
                guard offset + 1 < bytes.count, bytes[offset + 1] == Self.lineFeed else {
                    return "a carriage return stands without its line feed"
                }
                break
            }
            offset += 1
        }
        record.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
        return nil
    }

    private mutating func readQuoted(_ record: inout Record) -> String? {
        offset += 1
        while offset < bytes.count, bytes[offset] != Self.lineFeed {
            let byte = bytes[offset]
            offset += 1
            if byte == Self.quote {
                guard offset < bytes.count, bytes[offset] == Self.quote else { return nil }
                offset += 1
            }
            record.bytes.append(byte)
        }
        return "a quoted field is not closed before the end of its line"
    }

    /// Goes on at the next line: a forgotten quote costs its own line, not the rest of the file.
    private mutating func skipLine(_ reason: String) -> Outcome {
        let faultLine = line
        while offset < bytes.count, bytes[offset] != Self.lineFeed { offset += 1 }
        _ = skipLineEnd()
        return .fault(line: faultLine, reason: reason)
    }

    /// What stands from an offset to where reading is, without the line end there.
    private func line(from start: Int) -> Slice<UnsafeRawBufferPointer> {
        var end = offset
        if end > start, bytes[end - 1] == Self.lineFeed { end -= 1 }
        if end > start, bytes[end - 1] == Self.carriageReturn { end -= 1 }
        return bytes[start..<end]
    }
}
