internal import CPQ

/// Takes the data of a COPY … FROM STDIN. Collects up to 64 KiB before it hands them to libpq.
public struct CopyWriter {
    static let bufferByteCountMax = 65_536

    private let handle: OpaquePointer
    private let statementName: String
    private var buffer: [UInt8] = []

    init(handle: OpaquePointer, statementName: String) {
        self.handle = handle
        self.statementName = statementName
        buffer.reserveCapacity(Self.bufferByteCountMax)
    }

    /// Appends one row in COPY's text format: escaped, tab between fields, `\N` for nil.
    /// - Throws: `.usage` when a field contains a NUL byte.
    public mutating func writeRow(_ fields: [String?]) throws(PostgreSQLError) {
        for (index, field) in fields.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: "\t")) }
            guard let field else {
                buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")])
                continue
            }
            for byte in field.utf8 {
                switch byte {
                case 0: throw .usage("field \(index + 1) contains a NUL byte", statement: statementName)
                case UInt8(ascii: "\\"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
                case UInt8(ascii: "\t"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
                case UInt8(ascii: "\n"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
                case UInt8(ascii: "\r"): buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
                default: buffer.append(byte)
                }
            }
        }
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.bufferByteCountMax { try flush() }
    }

    mutating func flush() throws(PostgreSQLError) {
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
