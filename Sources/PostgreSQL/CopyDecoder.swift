/// Strips the frame of a binary COPY: its header stands before the first row, a field count of -1 ends it.
///
///     first message   | PGCOPY\n\377\r\n\0 | flags, 4 | extension length, 4 | extension | row |
///     further         | row |
///     last            | -1 |
///
/// PostgreSQL sends one row a message; that is checked by whoever reads the row (`BinaryRow.isAtEnd`).
struct CopyDecoder {
    private let isBinary: Bool
    private var isHeaderPending: Bool

    static let signature: [UInt8] = [
        0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00,
    ]

    init(isBinary: Bool) {
        self.isBinary = isBinary
        isHeaderPending = isBinary
    }

    /// The row inside a message, or nil when there is none (the trailer; a header that came alone).
    mutating func row(_ message: UnsafeRawBufferPointer, statement: String?) throws(PostgreSQLError)
        -> UnsafeRawBufferPointer?
    {
        guard isBinary else { return message }
        var rest = message
        if isHeaderPending {
            let fixed = Self.signature.count + 8
            guard rest.count >= fixed, rest.prefix(Self.signature.count).elementsEqual(Self.signature) else {
                throw .value("the binary COPY does not begin with its signature", statement: statement)
            }
            let extensionLength = UInt32(
                bigEndian: rest.loadUnaligned(fromByteOffset: fixed - 4, as: UInt32.self))
            guard extensionLength <= rest.count - fixed else {
                throw .value("the header of the binary COPY is cut short", statement: statement)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[(fixed + Int(extensionLength))...])
            isHeaderPending = false
            if rest.isEmpty { return nil }
        }
        if rest.count == 2, rest[0] == 0xFF, rest[1] == 0xFF { return nil }
        return rest
    }
}
