import ReferenceData

/// What can stand in a cell as it is.
protocol CellValue: Sendable {
    var cell: Cell { get }
}

extension Cell: CellValue {
    var cell: Cell { self }
}

extension String: CellValue {
    var cell: Cell { .text(self) }
}

extension Bool: CellValue {
    var cell: Cell { .boolean(self) }
}

extension CellValue where Self: BinaryInteger {
    var cell: Cell { .integer(Int64(clamping: self)) }
}

extension Int: CellValue {}
extension Int32: CellValue {}
extension Int64: CellValue {}
extension UInt8: CellValue {}
extension UInt16: CellValue {}
extension UInt32: CellValue {}
extension UInt64: CellValue {}

extension Optional: CellValue where Wrapped: CellValue {
    var cell: Cell { map(\.cell) ?? .absent }
}

extension Array: CellValue where Element: CellValue {
    var cell: Cell { .list(map(\.cell)) }
}

extension DecimalValue: CellValue {
    var cell: Cell { isAbsent ? .absent : .decimal(description) }
}

extension Timestamp: CellValue {
    var cell: Cell { self == .absent ? .absent : .text(description) }
}
