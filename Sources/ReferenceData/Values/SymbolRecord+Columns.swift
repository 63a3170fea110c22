extension SymbolRecord {
    /// What a column says; of `exchange` the id.
    public subscript(column: SymbolColumn) -> ColumnValue {
        let rules = column.rules
        return Swift.withUnsafeBytes(of: self) { record in
            switch rules.kind {
            case .text, .marketType:
                let field = record[rules.fieldOffset..<rules.fieldOffset + rules.fieldByteCount]
                return .text(String(decoding: field.prefix { $0 != 0 }, as: UTF8.self))
            case .integer: return .integer(ColumnSlot(rules).integer(in: record))
            case .flag: return .flag(record.load(fromByteOffset: rules.fieldOffset, as: Bool.self))
            case .decimal: return ColumnValue(record.load(fromByteOffset: rules.fieldOffset, as: DecimalValue.self))
            case .time: return ColumnValue(record.load(fromByteOffset: rules.fieldOffset, as: Timestamp.self))
            }
        }
    }

    /// The decimals by number, in the order of `SymbolColumn`: they lie one behind another.
    ///
    /// For what runs for each row: allocates nothing, and looks into no table.
    package subscript(decimal index: Int) -> DecimalValue {
        @inline(__always)
        get {
            Swift.withUnsafeBytes(of: self) {
                $0.load(fromByteOffset: Self.decimalOffset(index), as: DecimalValue.self)
            }
        }
        @inline(__always)
        set {
            Swift.withUnsafeMutableBytes(of: &self) {
                $0.storeBytes(of: newValue, toByteOffset: Self.decimalOffset(index), as: DecimalValue.self)
            }
        }
    }

    @inline(__always)
    private static func decimalOffset(_ index: Int) -> Int {
        precondition(index >= 0 && index < decimalCount, "there is no such decimal")
        return MemoryLayout<SymbolRecord>.offset(of: \.minOrderSize)! + index * MemoryLayout<DecimalValue>.stride
    }

    /// The first column that breaks its own rules, and how; nil when none does. What other columns and other rows say
    /// is not asked. A decimal and a time keep theirs by their types.
    package var columnProblem: String? {
        Swift.withUnsafeBytes(of: self) { record in
            for (index, slot) in ColumnSlot.ofSymbols.enumerated() where !slot.isGood(in: record) {
                let rules = SymbolColumn.table[index]
                return "\(rules.name): \(slot.kind == .text ? "empty" : "out of range")"
            }
            return nil
        }
    }
}

/// Where a column lies in a record and what it may hold, without the words: for what runs for each row.
package struct ColumnSlot: Sendable, BitwiseCopyable {
    package enum Kind: UInt8, Sendable, BitwiseCopyable {
        case text, integer, flag, decimal, time
    }

    package let kind: Kind
    package let offset: Int
    package let byteCount: Int
    /// Of an integer.
    package let least: Int64
    package let most: Int64

    /// In the order of `SymbolColumn`.
    package static let ofSymbols = SymbolColumn.table.map(ColumnSlot.init)

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
