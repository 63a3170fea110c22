/// The place of a column in a record and the values it may have, without its texts: for code that runs for each row.
package struct ColumnSlot: Sendable, BitwiseCopyable {
    package enum Kind: UInt8, Sendable, BitwiseCopyable {
        case text, integer, flag, decimal, time, name
    }

    package let kind: Kind
    /// Of a decimal that of its mantissa.
    package let offset: Int
    /// Of a decimal's exponent.
    package let exponentOffset: Int
    package let byteCount: Int
    package let isNullable: Bool
    /// The range of an integer, or of the number of a name.
    package let least: Int64
    package let most: Int64
    /// The names in order of their numbers, each as sixteen bytes padded with NUL.
    private let names: InlineArray<5, SIMD2<UInt64>>

    /// In the order of `SymbolColumn`.
    package static let ofSymbols = SymbolColumn.table.map(ColumnSlot.init)
    /// The columns that can break their rules.
    static let judged = zip(SymbolColumn.allCases, ofSymbols).filter {
        $0.1.kind == .text || $0.1.kind == .integer || $0.1.kind == .name
    }

    init(_ rules: ColumnRules) {
        (kind, least, most) =
            switch rules.kind {
            case .text: (.text, 0, 0)
            case .name(let names): (.name, rules.isNullable ? 0 : 1, Int64(names.count))
            case .integer(let range): (.integer, range.lowerBound, range.upperBound)
            case .flag: (.flag, 0, 0)
            case .decimal: (.decimal, 0, 0)
            case .time: (.time, 0, 0)
            }
        offset = rules.fieldOffset
        exponentOffset = SymbolRecord.exponentOffset(
            decimal: rules.kind == .decimal ? SymbolRecord.decimal(atMantissaOffset: offset) : 0)
        byteCount = rules.fieldByteCount
        isNullable = rules.isNullable
        var words = InlineArray<5, SIMD2<UInt64>>(repeating: .zero)
        if case .name(let names) = rules.kind {
            for (index, name) in names.enumerated() { words[index] = Self.words(Array(name.utf8)[...]) }
        }
        names = words
    }

    /// The number of a name, from 1 on; nil for one that is none of them.
    @inline(__always)
    package func number(ofName bytes: UnsafeRawBufferPointer) -> UInt8? {
        guard bytes.count <= 16 else { return nil }
        let word = Self.words(bytes)
        for index in 0..<Int(most) where names[index] == word { return UInt8(truncatingIfNeeded: index + 1) }
        return nil
    }

    @inline(__always)
    private static func words(_ bytes: some Collection<UInt8>) -> SIMD2<UInt64> {
        var words = SIMD2<UInt64>.zero
        for (index, byte) in bytes.enumerated() { words[index >> 3] |= UInt64(byte) << UInt64(8 * (index & 7)) }
        return words
    }

    @inline(__always)
    func isGood(in record: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .text: return record[offset] != 0 || isNullable
        case .integer, .name:
            let value = integer(in: record)
            return value >= least && value <= most || isNullable && isNull(integer: value)
        case .flag, .decimal, .time: return true
        }
    }

    /// NULL has all bits of the field set.
    func isNull(integer value: Int64) -> Bool { kind == .integer && value == Int64(1) << Int64(8 * byteCount) - 1 }

    @inline(__always)
    func integer(in record: UnsafeRawBufferPointer) -> Int64 {
        switch byteCount {
        case 1: Int64(record[offset])
        case 2: Int64(record.load(fromByteOffset: offset, as: UInt16.self))
        default: Int64(record.load(fromByteOffset: offset, as: UInt32.self))
        }
    }
}
