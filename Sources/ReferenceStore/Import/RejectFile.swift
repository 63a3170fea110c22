/// The lines that an import left out, as a CSV file: the columns of the list and behind them the reason.
///
/// Corrected it can be imported: the column of reasons is passed over. A line that has too few fields is filled up, so
/// that its reason stands in its own column; one that has too many keeps them, the reason behind them; and one that
/// cannot be told into fields stands in one quoted field. They are refused again until somebody has mended them.
struct RejectFile {
    /// Which an import passes over.
    static let reasonColumn = "reject_reason"

    private(set) var bytes: [UInt8] = []

    private let columnCount: Int

    init(columns: some Collection<some Sequence<UInt8>>) {
        columnCount = columns.count
        for column in columns { writeField(column) }
        writeLast(Self.reasonColumn)
    }

    /// One line of the list, in the order of the columns.
    mutating func write(_ fields: some Collection<some Sequence<UInt8>>, reason: String) {
        for field in fields { writeField(field) }
        for _ in 0..<max(0, columnCount - fields.count) { writeField(EmptyCollection()) }
        writeLast(reason)
    }

    private mutating func writeLast(_ text: String) {
        writeField(text.utf8)
        bytes[bytes.count - 1] = UInt8(ascii: "\n")
    }

    private mutating func writeField(_ field: some Sequence<UInt8>) {
        let quote = UInt8(ascii: "\"")
        if field.contains(where: { $0 == quote || ",\r\n".utf8.contains($0) }) {
            bytes.append(quote)
            for byte in field {
                if byte == quote { bytes.append(quote) }
                // No field holds a line end. No column takes this either, and the line stays one.
                bytes.append(byte == UInt8(ascii: "\n") ? UInt8(ascii: "\r") : byte)
            }
            bytes.append(quote)
        } else {
            bytes.append(contentsOf: field)
        }
        bytes.append(UInt8(ascii: ","))
    }
}
