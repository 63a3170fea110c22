internal import MarketDataStore
internal import PostgreSQL
import ReferenceData

/// A table of the database that rows are written to; those of `StorableRow` are all there are.
public struct StoredTable: Sendable {
    let statements: TableStatements

    init(_ statements: TableStatements) { self.statements = statements }
}

/// The columns of one row on their way to the database.
public struct RowFields: Sendable {
    /// As COPY takes many rows, or as one INSERT takes its parameters.
    enum Form { case copied, bound }

    private let form: Form
    private(set) var copied = BinaryFields()
    private(set) var bound: [Parameter] = []

    /// What `numeric(30, 18)` keeps.
    private static let amountWholeDigitCountMax = 12
    private static let amountScaleMax = 18

    init(_ form: Form) { self.form = form }

    /// Begins the next row.
    mutating func removeAll() {
        copied.removeAll()
        bound.removeAll(keepingCapacity: true)
    }

    mutating func append(symbolId: UInt32) throws(MarketStoreError) {
        guard symbolId > 0, let id = Int32(exactly: symbolId) else {
            throw .invalid("no symbol has the id \(symbolId)")
        }
        form == .copied ? copied.append(id) : bound.append(.int32(id))
    }

    mutating func append(exchangeId: UInt16) throws(MarketStoreError) {
        guard exchangeId > 0, let id = Int16(exactly: exchangeId) else {
            throw .invalid("no exchange has the id \(exchangeId)")
        }
        append(id)
    }

    mutating func append(_ code: Int16?) {
        guard let code else { return appendNull() }
        form == .copied ? copied.append(code) : bound.append(.int16(code))
    }

    mutating func append(_ value: Bool?) {
        guard let value else { return appendNull() }
        form == .copied ? copied.append(value) : bound.append(.bool(value))
    }

    mutating func append(_ number: WideDecimal?, _ column: String) throws(MarketStoreError) {
        guard let number else { return appendNull() }
        if form == .bound { return bound.append(.numeric(number.description)) }
        copied.append(numericMantissa: number.mantissa, exponent: Int(number.exponent))
    }

    /// A number of a column that keeps 12 digits before the point and 18 behind it.
    mutating func append(amount: WideDecimal?, _ column: String) throws(MarketStoreError) {
        if let amount, amount.wholeDigitCount > Self.amountWholeDigitCountMax || amount.scale > Self.amountScaleMax {
            throw .number(
                column: column, value: amount.description,
                .exceedsColumn(wholeDigitCountMax: Self.amountWholeDigitCountMax, scaleMax: Self.amountScaleMax))
        }
        try append(amount, column)
    }

    mutating func append(_ text: String?, _ column: String) throws(MarketStoreError) {
        guard let text else { return appendNull() }
        guard !text.utf8.contains(0) else { throw .invalid("\(column) contains a NUL byte, which no text may") }
        if form == .bound { return bound.append(.text(text)) }
        guard copied.append(text) else { throw .invalid("\(column) is longer than a text may be") }
    }

    mutating func append(_ time: Timestamp, _ column: String) throws(MarketStoreError) {
        guard let moment = time.microsecondsSince2000 else { throw .invalid("\(column) is absent or no time") }
        form == .copied ? copied.append(moment) : bound.append(.timestamp(microsecondsSince2000: moment))
    }

    mutating func append(optional time: Timestamp?, _ column: String) throws(MarketStoreError) {
        guard let time else { return appendNull() }
        try append(time, column)
    }

    private mutating func appendNull() {
        form == .copied ? copied.appendNull() : bound.append(.null)
    }
}
