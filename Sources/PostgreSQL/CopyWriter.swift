internal import CPQ

/// Takes the data of a COPY … FROM STDIN, in its text format or, as `BinaryFields`, in its binary one. Collects up to
/// 64 KiB before it hands them to libpq, which waits for a server that does not keep up.
public struct CopyWriter {
    static let bufferByteCountMax = 65_536

    private let handle: OpaquePointer
    private let statementName: String
    private let isBinary: Bool
    private var buffer: [UInt8] = []
    /// Of the row that is being written.
    private var fieldCount = 0

    init(handle: OpaquePointer, statementName: String, isBinary: Bool) {
        self.handle = handle
        self.statementName = statementName
        self.isBinary = isBinary
        buffer.reserveCapacity(Self.bufferByteCountMax)
        // The signature, then no flags and no extension of the header.
        if isBinary { buffer += CopyDecoder.signature + [UInt8](repeating: 0, count: 8) }
    }

    /// Appends one row to a COPY in the binary format. O(its bytes).
    /// - Throws: `.usage` in another format; `.connection` when the server is gone.
    public mutating func write(_ row: BinaryFields) throws(PostgreSQLError) {
        guard isBinary else { throw .usage("the COPY is not a binary one", statement: statementName) }
        buffer.append(bigEndian: row.count)
        buffer.append(contentsOf: row.bytes)
        if buffer.count >= Self.bufferByteCountMax { try flush() }
    }

    /// Sends what is left, and that no row follows.
    mutating func finish() throws(PostgreSQLError) {
        if isBinary { buffer.append(bigEndian: Int16(-1)) }
        try flush()
    }

    /// Appends one row of fields.
    /// - Throws: as `write` and `endRow`.
    public mutating func writeRow(_ fields: [String?]) throws(PostgreSQLError) {
        for field in fields { try write(field) }
        try endRow()
    }

    /// Appends one field to the row in COPY's text format: escaped, a tab before it, `\N` for nil. O(its bytes).
    /// - Throws: `.usage` when it contains a NUL byte.
    public mutating func write(_ field: String?) throws(PostgreSQLError) {
        if fieldCount > 0 { buffer.append(UInt8(ascii: "\t")) }
        fieldCount += 1
        guard var field else {
            buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")])
            return
        }
        let hasNUL = field.withUTF8 { bytes in
            // Hardly a field has anything to escape.
            if bytes.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) { return escape(bytes) }
            buffer.append(contentsOf: bytes)
            return false
        }
        if hasNUL { throw .usage("field \(fieldCount) contains a NUL byte", statement: statementName) }
    }

    /// Ends the row.
    /// - Throws: `.connection` when the server is gone.
    public mutating func endRow() throws(PostgreSQLError) {
        buffer.append(UInt8(ascii: "\n"))
        fieldCount = 0
        if buffer.count >= Self.bufferByteCountMax { try flush() }
    }

    /// - Returns: whether there is a NUL byte, which no text of the server holds.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in bytes {
            switch byte {
            case 0: return true
            case UInt8(ascii: "\\"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
            case UInt8(ascii: "\t"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case UInt8(ascii: "\n"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case UInt8(ascii: "\r"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            default: buffer.append(byte)
            }
        }
        return false
    }

    private mutating func flush() throws(PostgreSQLError) {
        guard !buffer.isEmpty else { return }
        let sent = buffer.withUnsafeBytes { bytes in
            // A buffer never grows beyond one field past 64 KiB; one field is at most what a String holds.
            PQputCopyData(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count))
        }
        guard sent == 1, buffer.count <= Int(Int32.max) else { throw .connection(handle, statement: statementName) }
        buffer.removeAll(keepingCapacity: true)
    }
}
