import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// The fast way through a row of COPY against the careful one, over the same bytes.
@Suite struct CopyRowTests {
    /// Bytes of rows as COPY sends them.
    private func rows(_ generator: inout SeededGenerator) throws -> [[UInt8]] {
        let database = try TestSession()
        defer { database.keep() }
        let numbers = [
            "NULL", "0.00000001", "1", "10", "123456.78901234", "9999999999.99999999", "100000000000", "0.5",
        ]
        func number(_ generator: inout SeededGenerator) -> String {
            numbers[Int.random(in: 0..<numbers.count, using: &generator)]
        }
        for index in 1...300 {
            try database.run(
                """
                INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, is_active, precision_price,
                    tick_size, step_size, min_order_size, last_seen)
                VALUES (\(1 + index % 3), $1, 'USDT', $2, \(index % 2 == 0), \(1 + index % 18),
                    \(number(&generator)), \(number(&generator)), \(number(&generator)),
                    CASE WHEN \(index) % 3 = 0 THEN now() END)
                """, [.text("B\(index)"), .text(index % 7 == 0 ? "Ü\(index)₿" : "S_\(index)")])
        }
        var rows: [[UInt8]] = []
        try database.connection.copyOut(ReferenceStatements.loadSymbols) { rows.append(Array($0)) }
        return rows
    }

    /// What the row holds, read field by field with a reason for what cannot be held; nil where there is one.
    private func careful(_ bytes: UnsafeRawBufferPointer) -> [ColumnValue]? {
        guard var row = BinaryRow(bytes), row.fieldCount == SymbolColumn.allCases.count else { return nil }
        var reason: String?
        guard let values = try? RowDecoder.values(&row, SymbolColumn.table, &reason), row.isAtEnd else { return nil }
        return reason == nil ? values : nil
    }

    /// The same by the way that a load goes.
    private func fast(_ bytes: UnsafeRawBufferPointer) -> [ColumnValue]? {
        guard var row = BinaryRow(bytes), row.fieldCount == SymbolColumn.allCases.count else { return nil }
        var record = SymbolRecord.empty
        guard row.read(into: &record), row.isAtEnd else { return nil }
        return SymbolColumn.allCases.map { record[$0] }
    }

    @Test func bothWaysReadTheSame() throws {
        var generator = SeededGenerator()
        let rows = try rows(&generator)
        #expect(rows.count == 300)
        for row in rows {
            row.withUnsafeBytes { bytes in
                let values = fast(bytes)
                #expect(values != nil, "\(generator)")
                #expect(values == careful(bytes), "\(generator)")
            }
        }
    }

    /// Damaged bytes: the fast way traps on none, and holds a row where the careful one does, with the same values.
    @Test func damagedRowsAreNeverHeldWrongly() throws {
        var generator = SeededGenerator()
        let rows = try rows(&generator)
        var heldCount = 0
        for round in 0..<30_000 {
            var row = rows[round % rows.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                row[Int.random(in: 0..<row.count, using: &generator)] = UInt8.random(
                    in: .min ... .max, using: &generator)
            }
            if round % 5 == 0 { row.removeLast(Int.random(in: 0...row.count, using: &generator)) }
            row.withUnsafeBytes { bytes in
                let values = fast(bytes)
                if values != nil { heldCount += 1 }
                #expect(values == careful(bytes), "\(generator)")
            }
        }
        #expect(heldCount > 1_000)
    }
}
