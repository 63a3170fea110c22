/// Reads values in PostgreSQL's binary form (big-endian). A wrong length gives nil.
enum BinaryValue {
    static func int16(_ bytes: UnsafeRawBufferPointer) -> Int16? {
        bytes.count == 2 ? Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)) : nil
    }

    static func int32(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        bytes.count == 4 ? Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)) : nil
    }

    static func int64(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        bytes.count == 8 ? Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)) : nil
    }

    static func float64(_ bytes: UnsafeRawBufferPointer) -> Double? {
        int64(bytes).map { Double(bitPattern: UInt64(bitPattern: $0)) }
    }

    static func bool(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        bytes.count == 1 ? bytes[0] != 0 : nil
    }
}
