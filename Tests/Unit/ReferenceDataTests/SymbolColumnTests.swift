import TestSupport
import Testing

@testable import ReferenceData

@Suite struct SymbolColumnTests {
    private static let record = SymbolRecord(
        id: 7, exchangeId: 2, isActive: true, kind: .option, settleAsset: AssetText("USDC")!, payoff: .linear,
        strike: DecimalValue(mantissa: 9, exponent: 4)!, optionType: .put, precisionBase: 3, precisionQuote: 4,
        precisionPrice: 5,
        symbolString: SymbolText("BTC_USDT")!, baseAsset: AssetText("BTC")!, quoteAsset: AssetText("USDT")!,
        minOrderSize: DecimalValue(mantissa: 1, exponent: -3)!, maxOrderSize: DecimalValue(mantissa: 2, exponent: 3)!,
        tickSize: DecimalValue(mantissa: 5, exponent: -2)!, createdAt: Timestamp(microsecondsSince1970: 1),
        updatedAt: Timestamp(microsecondsSince1970: 2))

    @Test("a record says of each column what its field holds")
    func values() {
        let expected: [SymbolColumn: ColumnValue] = [
            .exchange: .integer(2), .baseAsset: .text("BTC"), .quoteAsset: .text("USDT"),
            .symbolString: .text("BTC_USDT"), .id: .integer(7), .isActive: .flag(true), .kind: .text("option"),
            .settleAsset: .text("USDC"), .payoff: .text("linear"), .contractSize: .null, .expiresAt: .null,
            .strike: .decimal(DecimalValue("90000")!), .optionType: .text("put"), .precisionBase: .integer(3),
            .precisionQuote: .integer(4), .precisionPrice: .integer(5),
            .minOrderSize: .decimal(DecimalValue("0.001")!), .maxOrderSize: .decimal(DecimalValue("2000")!),
            .tickSize: .decimal(DecimalValue("0.05")!), .stepSize: .null, .minNotional: .null,
            .isTiered: .flag(false), .isInferred: .flag(false), .isLastGood: .flag(false), .listedAt: .null,
            .delistsAt: .null,
            .createdAt: .time(Timestamp(microsecondsSince1970: 1)),
            .updatedAt: .time(Timestamp(microsecondsSince1970: 2)), .lastSeen: .null,
        ]
        for column in SymbolColumn.allCases { #expect(Self.record[column] == expected[column], "\(column)") }
    }

    @Test("every field of a record is a column, each byte of one only")
    func fields() {
        var byteCount = 0
        var taken: Set<Int> = []
        for rules in SymbolColumn.table {
            byteCount += rules.fieldByteCount
            taken.formUnion(rules.fieldOffset..<rules.fieldOffset + rules.fieldByteCount)
            if case .text(let byteCountMax, _) = rules.kind { #expect(rules.fieldByteCount == byteCountMax) }
        }
        #expect(taken.count == byteCount)
        // Which digits were derived is in no row of the table; the decimals are one field.
        let fieldCount = Mirror(reflecting: Self.record).children.count - 1 + SymbolRecord.decimalCount - 1
        #expect(SymbolColumn.allCases.count == fieldCount)
        #expect(MemoryLayout<SymbolRecord>.size == 256)
    }

    @Test("the decimals are numbered in the order of the columns, and none touches another")
    func decimals() {
        let columns = SymbolColumn.allCases.filter { $0.rules.kind == .decimal }
        #expect(columns.count == SymbolRecord.decimalCount)
        var record = Self.record
        for (index, column) in columns.enumerated() {
            #expect(ColumnValue(record[decimal: index]) == record[column], "\(column)")
            let before = record
            record[decimal: index] = DecimalValue(mantissa: 9, exponent: Int(index))!
            #expect(record[column] == .decimal(DecimalValue(mantissa: 9, exponent: Int(index))!), "\(column)")
            for other in SymbolColumn.allCases where other != column { #expect(record[other] == before[other]) }
            #expect(record != before)
        }
        #expect(record.contractSize == DecimalValue("9") && record.minNotional == DecimalValue("9000000"))
    }

    @Test("a column that breaks its rules is named")
    func problems() {
        #expect(Self.record.columnProblem == nil)
        var record = Self.record
        record.precisionPrice = SymbolRecord.unknownPrecision
        #expect(record.columnProblem == nil && record[.precisionPrice] == .null)
        record.kindCode = 6
        #expect(record.columnProblem == "kind: out of range")
        record.kindCode = 0
        #expect(record.columnProblem == "kind: out of range")
        record.symbolString = SymbolText()
        #expect(record.columnProblem == "symbol_string: empty")
        record.exchangeId = 0
        #expect(record.columnProblem == "exchange_id: out of range")
    }

    @Test("texts are equal where their bytes are")
    func texts() {
        #expect(ColumnValue.text("\u{E9}") != .text("e\u{301}"))
        #expect(ColumnValue.text("A") == .text("A"))
        #expect(ColumnValue.text("A").hashValue == ColumnValue.text("A").hashValue)
    }
}
