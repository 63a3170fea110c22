import ReferenceStore

/// Counts the rows of each table in the script that `pg_restore --data-only` writes, as it comes, piece by piece.
///
/// Between `COPY schema.table (…) FROM stdin;` and `\.` every line is a row: line ends inside values are escaped. The
/// only memory is the beginning of the line being read. O(bytes).
public struct DumpRowCounter {
    /// By the table's name as SQL writes it.
    public private(set) var rowCounts: [String: Int64] = [:]
    private var table: String?
    private var line: [UInt8] = []
    /// A row may be of any length; what tells a COPY from a row, or the end, is not.
    private static let keptByteCountMax = 1 << 16

    public init() {}

    /// Takes the next bytes of the script.
    public mutating func read(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            finishLine()
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    /// Whether the script ended where it may: not amid the rows of a table.
    public var isComplete: Bool { table == nil && line.isEmpty }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        line.append(contentsOf: bytes.prefix(max(0, Self.keptByteCountMax - line.count)))
    }

    private mutating func finishLine() {
        defer { line.removeAll(keepingCapacity: true) }
        if let table {
            if line.elementsEqual("\\.".utf8) {
                self.table = nil
            } else {
                rowCounts[table, default: 0] += 1
            }
        } else if line.starts(with: "COPY ".utf8), line.reversed().starts(with: " FROM stdin;".utf8.reversed()) {
            let name = Self.name(line.dropFirst("COPY ".utf8.count))
            table = name
            rowCounts[name, default: 0] += 0
        }
    }

    /// Up to the first blank outside quotes.
    private static func name(_ text: ArraySlice<UInt8>) -> String {
        var isQuoted = false
        let end = text.firstIndex { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: " ") && !isQuoted
        }
        return String(decoding: text[..<(end ?? text.endIndex)], as: UTF8.self)
    }
}
