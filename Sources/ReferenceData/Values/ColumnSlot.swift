/// The place of a column in a record and the values it may have, without its texts: for code that runs for each row.
package struct ColumnSlot: Sendable, BitwiseCopyable {
    package enum Kind: UInt8, Sendable, BitwiseCopyable {
        case text, integer, flag, decimal, time
    }

    package let kind: Kind
    package let offset: Int
    package let byteCount: Int
    /// The range of an integer.
    package let least: Int64
    package let most: Int64

    /// In the order of `SymbolColumn`.
    package static let ofSymbols = SymbolColumn.table.map(ColumnSlot.init)
    /// The columns that can break their rules.
    static let judged = zip(SymbolColumn.allCases, ofSymbols).filter {
        $0.1.kind == .text || $0.1.kind == .integer
    }

    init(_ rules: ColumnRules) {
        (kind, least, most) =
            switch rules.kind {
            case .text, .marketType: (.text, 0, 0)
            case .integer(let range): (.integer, range.lowerBound, range.upperBound)
            case .flag: (.flag, 0, 0)
            case .decimal: (.decimal, 0, 0)
            case .time: (.time, 0, 0)
            }
        offset = rules.fieldOffset
        byteCount = rules.fieldByteCount
    }

    @inline(__always)
    func isGood(in record: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .text: return record[offset] != 0
        case .integer:
            let value = integer(in: record)
            return value >= least && value <= most
        case .flag, .decimal, .time: return true
        }
    }

    @inline(__always)
    func integer(in record: UnsafeRawBufferPointer) -> Int64 {
        switch byteCount {
        case 1: Int64(record[offset])
        case 2: Int64(record.load(fromByteOffset: offset, as: UInt16.self))
        default: Int64(record.load(fromByteOffset: offset, as: UInt32.self))
        }
    }
}
