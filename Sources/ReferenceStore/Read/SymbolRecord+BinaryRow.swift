import PostgreSQL
import ReferenceData

extension RowSource {
    /// Reads one row of `symbols`, in the order of `SymbolColumn`. False where something does not fit: `RowDecoder`
    /// then says what.
    ///
    /// A load of a million rows is as fast as this: one pass over the bytes, one loop over the columns, no allocation,
    /// no reason collected.
    /// - Parameter record: an empty one.
    @inline(__always)
    mutating func read(into record: inout SymbolRecord) -> Bool {
        withUnsafeMutableBytes(of: &record) { record in
            for slot in ColumnSlot.ofSymbols {
                switch next() {
                case .value(let bytes):
                    if !slot.store(bytes, into: record) { return false }
                case .null:
                    guard slot.storeNull(into: record) else { return false }
                case .malformed: return false
                }
            }
            return true
        }
    }
}

extension ColumnSlot {
    /// Stores NULL. False where there must be a value; a moment that is not known is absent, whatever the schema says.
    /// - Parameter record: an empty one, in which every other value is absent.
    @inline(__always)
    func storeNull(into record: UnsafeMutableRawBufferPointer) -> Bool {
        if kind == .integer, isNullable {
            for byte in offset..<offset + byteCount { record[byte] = .max }
            return true
        }
        return isNullable || kind == .time
    }

    /// Stores what the bytes say in a record. False where it does not fit.
    @inline(__always)
    func store(_ bytes: UnsafeRawBufferPointer, into record: UnsafeMutableRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        switch kind {
        case .text:
            guard bytes.count > 0, bytes.count <= byteCount, isRowText(bytes) else { return false }
            (record.baseAddress! + offset).copyMemory(from: start, byteCount: bytes.count)
        case .integer:
            let value: Int64
            switch bytes.count {
            case 2: value = Int64(Int16(bigEndian: start.loadUnaligned(as: Int16.self)))
            case 4: value = Int64(Int32(bigEndian: start.loadUnaligned(as: Int32.self)))
            case 8: value = Int64(bigEndian: start.loadUnaligned(as: Int64.self))
            default: return false
            }
            guard value >= least, value <= most else { return false }
            switch byteCount {
            case 1: record.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
            case 2: record.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: offset, as: UInt16.self)
            default: record.storeBytes(of: UInt32(truncatingIfNeeded: value), toByteOffset: offset, as: UInt32.self)
            }
        case .name:
            guard let number = number(ofName: bytes) else { return false }
            record.storeBytes(of: number, toByteOffset: offset, as: UInt8.self)
        case .flag:
            guard bytes.count == 1 else { return false }
            record.storeBytes(of: bytes[0] != 0, toByteOffset: offset, as: Bool.self)
        case .decimal:
            guard let number = try? DecimalValue.decode(binaryNumeric: bytes) else { return false }
            record.storeBytes(of: number.mantissa, toByteOffset: offset, as: Int64.self)
            record.storeBytes(of: number.exponent, toByteOffset: exponentOffset, as: Int8.self)
        case .time:
            guard bytes.count == 8 else { return false }
            let time = Timestamp(microsecondsSince2000: Int64(bigEndian: start.loadUnaligned(as: Int64.self)))
            if time.isAbsent { return false }
            record.storeBytes(of: time, toByteOffset: offset, as: Timestamp.self)
        }
        return true
    }
}
