import Foundation
import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// The tables of columns against the schema of a real database, and against the wire's.
@Suite("Columns and schema say the same")
struct ColumnSchemaTests {
    let database: TestSession

    init() throws { database = try TestSession() }

    @Test("names, types, NOT NULL and defaults")
    func catalogue() throws {
        defer { database.keep() }
        try compare(SymbolColumn.self)
        try compare(ExchangeColumn.self)
    }

    private func compare<Column: ReferenceColumn>(_: Column.Type) throws {
        let result = try database.run(
            """
            SELECT attname::text, format_type(atttypid, atttypmod), attnotnull,
                   lower(pg_get_expr(d.adbin, d.adrelid))
              FROM pg_attribute a
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
               AND attname NOT IN ('changed_xid', 'is_kind_assumed')
            """, [.text(Column.tableName)])
        var found: [String: String] = [:]
        for row in 0..<result.rowCount {
            let name = try #require(try result.text(row, 0))
            let isNotNull = try result.bool(row, 2) == true
            found[name] = try "\(result.text(row, 1) ?? "")\(isNotNull ? "!" : "") \(result.text(row, 3) ?? "-")"
        }
        var expected: [String: String] = [:]
        for rules in Column.table {
            expected[rules.name] = "\(rules.sqlType)\(rules.isNullable ? "" : "!") \(rules.defaultText ?? "-")"
        }
        #expect(found == expected)
    }

    /// What is tried of a column: values at its limits and beyond them.
    private func probes(_ rules: ColumnRules) -> [ColumnValue] {
        switch rules.givenKind {
        case .text(let byteCountMax, _):
            ["", "X", text(byteCountMax), text(byteCountMax + 1)].map { .text($0) } + [
                .text(String(repeating: "é", count: byteCountMax / 2)),
                .text(String(repeating: "é", count: byteCountMax / 2 + 1)),
            ]
        case .integer(let range):
            [range.lowerBound - 1, range.lowerBound, range.upperBound, range.upperBound + 1].map { .integer($0) }
        case .decimal:
            [
                "0", "-1", "0.00000001", "999999999999", "1000000000000", "1234567890.12345678",
                "9999999999.99999999", "0.0000000000001", "9999999999999", "0.0000000000000000000000000001",
                "999999999999999999",
            ].map { .decimal(DecimalValue($0)!) }
        case .time: [.time(Timestamp("0001-01-01T00:00:00Z")!), .time(Timestamp("9999-12-31T23:59:59.999999Z")!)]
        case .flag: [.flag(true), .flag(false)]
        case .name(let names): (names + ["MARGIN", names[0].uppercased(), names[0].lowercased(), ""]).map { .text($0) }
        }
    }

    private func text(_ byteCount: Int) -> String { String(repeating: "x", count: byteCount) }

    @Test("the table takes what the rules of a column take, and refuses what they refuse")
    func limits() throws {
        defer { database.keep() }
        // The kind that may have any of the fields, and needs none.
        let symbol = [
            "exchange_id": "1", "base_asset": "B", "quote_asset": "Q", "symbol_string": "BQ", "kind": "other",
        ]
        let exchange = ["name": "N", "enum_value": "N", "display_name": "N", "market_type": "SPOT"]
        // Exchanges are known by code; that there is such a one is for a foreign key to tell.
        for column in SymbolColumn.allCases where column != .exchange {
            if column == .kind { continue }
            for value in probes(column.rules) + [.null] { try probe(column, value, symbol) }
        }
        // Those of the migrations have ids of their own.
        try database.run("DELETE FROM exchanges")
        for column in ExchangeColumn.allCases {
            for value in probes(column.rules) + [.null] {
                // A venue may have no name for people; nobody here gives it none.
                if column == .displayName, value == .text("") { continue }
                try probe(column, value, exchange)
            }
        }
    }

    private func probe<Column: ReferenceColumn>(
        _ column: Column, _ value: ColumnValue, _ row: [String: String]
    ) throws {
        let isGood = column.rules.faults(of: value).isEmpty
        var row = row.mapValues { Parameter.text($0) }
        row[column.name] = value == .null ? .null : .text(value.description)
        #expect(try isTaken(Column.tableName, row) == isGood, "\(column) \(value)")
    }

    /// Whether a row is taken; it is not kept.
    private func isTaken(_ table: String, _ row: [String: Parameter]) throws -> Bool {
        try database.run("BEGIN")
        defer { _ = try? database.run("ROLLBACK") }
        // The schema brings venues along, which have ids and codes.
        if table == ExchangeColumn.tableName { try database.run("DELETE FROM exchanges") }
        let names = row.keys.sorted()
        let values = names.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let overriding = names.contains("id") ? "OVERRIDING SYSTEM VALUE" : ""
        do throws(PostgreSQLError) {
            try database.run(
                "INSERT INTO \(table) (\(names.joined(separator: ", "))) \(overriding) VALUES (\(values))",
                names.compactMap { row[$0] })
            return true
        } catch {
            #expect(["22", "23"].contains(String(error.sqlState?.prefix(2) ?? "")), "\(error)")
            return false
        }
    }

    @Test("rules about two columns are the table's too")
    func relations() throws {
        defer { database.keep() }
        var count = 0
        for column in SymbolColumn.allCases {
            guard let relation = column.relation else { continue }
            count += 1
            var fields: SymbolFields = [
                .exchange: .integer(1), .baseAsset: .text("B"), .quoteAsset: .text("Q"), .symbolString: .text("BQ"),
            ]
            switch relation {
            case .differs(let other): fields[column] = fields[other]
            case .atMost(let other):
                fields[column] = .decimal(DecimalValue("2")!)
                fields[other] = .decimal(DecimalValue("2")!)
                #expect(try isTaken("symbols", parameters(fields)), "equal ones are allowed")
                fields[other] = .decimal(DecimalValue("1")!)
            }
            #expect(try !isTaken("symbols", parameters(fields)), "\(column)")
            fields[.exchange] = .text("MEXC_SPOT")
            #expect(fields.faults.map(\.field) == [column.name])
        }
        #expect(count == 1)
    }

    private func parameters(_ fields: SymbolFields) -> [String: Parameter] {
        Dictionary(
            uniqueKeysWithValues: fields.columns.map { ($0.name, .text(fields[$0]?.description ?? "")) })
    }

    @Test("each column has its field in the wire's record message")
    func wire() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Protocol/symbology.sbe.xml")
        let schema = try String(contentsOf: path, encoding: .utf8)
        try compareWire(SymbolColumn.self, with: message("SymbolRecord", in: schema))
        try compareWire(ExchangeColumn.self, with: message("ExchangeRecord", in: schema))
    }

    private func message(_ name: String, in schema: String) throws -> Substring {
        let start = try #require(schema.range(of: "<sbe:message name=\"\(name)\"")).upperBound
        let end = try #require(schema[start...].range(of: "</sbe:message>")).lowerBound
        return schema[start..<end]
    }

    private func compareWire<Column: ReferenceColumn>(_: Column.Type, with message: Substring) throws {
        for rules in Column.table {
            guard let field = rules.wireField else { continue }
            let name = rules.kind == .decimal ? "\(field)Mantissa" : field
            let start = try #require(message.range(of: "<field name=\"\(name)\""), "\(rules.name)").upperBound
            let declaration = message[start...].prefix { $0 != ">" }
            if rules.isNullable, rules.kind != .text(byteCountMax: Exchange.urlByteCountMax, empty: .allowed) {
                // The names of an enumeration leave 0 for none.
                let isName = if case .name = rules.kind { true } else { false }
                let mayBeNone = isName || ["OrNull\"", "OrEmpty\""].contains { declaration.contains($0) }
                #expect(mayBeNone, "\(rules.name) may be NULL")
            }
            if case .text(let byteCountMax, _) = rules.kind {
                #expect(declaration.contains("Text\(byteCountMax)"), "\(rules.name)")
            }
        }
    }
}
