import ReferenceData

/// The form of a list's bytes, where it is one that no reader here reads.
enum ListForm {
    /// One sentence that says what a list is and what to do; nil for what looks like UTF-8 text. O(the first line).
    static func refusal(of bytes: UnsafeRawBufferPointer) -> String? {
        let start = Array(bytes.prefix(4))
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return "the file is an Excel workbook or another zip archive: save its table as \"CSV UTF-8\""
        }
        if start.starts(with: [0x1F, 0x8B]) { return "the file is compressed: unpack it by gunzip" }
        guard let encoding = wideEncoding(start) else { return nil }
        return "the file is \(encoding), as Excel's \"Unicode text\" and Windows PowerShell write it: save it as UTF-8 "
            + "(iconv -f \(encoding) -t UTF-8)"
    }

    /// Told by the mark at the start, or by the zeros beside the first letters.
    private static func wideEncoding(_ start: [UInt8]) -> String? {
        if start == [0xFF, 0xFE, 0, 0] || start == [0, 0, 0xFE, 0xFF] { return "UTF-32" }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        guard start.count == 4 else { return nil }
        return switch start.map({ $0 != 0 }) {
        case [true, false, true, false]: "UTF-16LE"
        case [false, true, false, true]: "UTF-16BE"
        case [true, false, false, false]: "UTF-32LE"
        case [false, false, false, true]: "UTF-32BE"
        default: nil
        }
    }

    /// The same for a list that should be CSV: what its first line is instead.
    static func refusalAsCSV(of bytes: UnsafeRawBufferPointer) -> String? {
        if let refusal = refusal(of: bytes) { return refusal }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        if let first = bytes.first(where: { !blanks.contains($0) }), "{[".utf8.contains(first) {
            return "the file is JSON: what ccxt's load_markets() returns is read by --from ccxt"
        }
        for (separator, name) in [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")] {
            let names = line.split(separator: UInt8(ascii: Unicode.Scalar(separator)!)).map(columnName)
            let knownCount = SymbolColumn.allCases.count { names.contains($0.rules.fileName) }
            if knownCount >= 2 {
                return "the file separates its columns by \(name): save it with commas between them"
            }
        }
        return nil
    }

    /// Without the quotes and blanks around it.
    private static func columnName(_ field: Slice<UnsafeRawBufferPointer>) -> String {
        let surroundings: [UInt8] = Array("\" \r\u{FEFF}".utf8)
        let name = field.drop(while: surroundings.contains)
        return String(decoding: name.prefix { !surroundings.contains($0) }, as: UTF8.self)
    }
}
