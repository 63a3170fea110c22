import TestSupport
import Testing

@testable import PostgreSQL

@Suite struct QueryTests {
    let connection: Connection

    init() throws { connection = try TestCluster.shared.connect() }

    func query(_ sql: String, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> QueryResult {
        try connection.query(Statement(name: "test", sql: sql), parameters)
    }

    @Test func integersComeBackAtTheirLimits() throws {
        let result = try query(
            "SELECT $1, $2, $3, $4::oid",
            [.int16(.min), .int32(.max), .int64(.min), .text("4294967295")])
        #expect(try result.int16(0, 0) == .min)
        #expect(try result.int32(0, 1) == .max)
        #expect(try result.int64(0, 2) == .min)
        #expect(try result.int64(0, 3) == 4_294_967_295)
        #expect(try result.int64(0, 0) == Int64(Int16.min))
        #expect(throws: PostgreSQLError.self) { try result.int32(0, 2) }
    }

    /// What stands between us and the server may answer what it likes.
    @Test func aColumnTheServerDidNotSendIsAnError() throws {
        for sql in ["SELECT", "SELECT 1::int8"] {
            let result = try query(sql)
            #expect(result.rowCount == 1)
            for read in [
                { _ = try result.int64(0, 1) }, { _ = try result.bool(0, 1) }, { _ = try result.text(0, 1) },
                { _ = try result.float64(0, 1) }, { _ = try result.timestamp(0, 1) }, { _ = try result.bytes(0, 1) },
                { _ = try result.transactionId(0, 1) }, { _ = try result.numericText(0, 1) },
            ] as [() throws -> Void] {
                let error = #expect(throws: PostgreSQLError.self) { try read() }
                #expect(error?.kind == .value && error?.statementName == "test")
            }
        }
        let error = #expect(throws: PostgreSQLError.self) { try connection.checkPinned(try query("SELECT")) }
        #expect(error?.kind == .value)
    }

    @Test func otherTypesComeBackAsTheyWent() throws {
        let text = "BTC_USDT\u{1F680} 'quoted' \\ \n $1"
        let result = try query(
            "SELECT $1, $2::text, $3, $4, $5, $6, $7::varchar, $8::xid8, $9::name",
            [
                .bool(true), .text(text), .bytes([0, 255, 10]), .float64(-0.1), .numeric("-12345.67800000"),
                .timestamp(microsecondsSince2000: -1), .text(""), .text("18446744073709551615"), .text("n"),
            ])
        #expect(try result.bool(0, 0) == true)
        #expect(try result.text(0, 1) == text)
        #expect(try result.bytes(0, 2) == [0, 255, 10])
        #expect(try result.float64(0, 3) == -0.1)
        #expect(try result.numericText(0, 4) == "-12345.67800000")
        #expect(try result.timestamp(0, 5) == -1)
        #expect(try result.text(0, 6) == "")
        #expect(try result.transactionId(0, 7) == .max)
        #expect(try result.text(0, 8) == "n")
    }

    @Test func nullIsNilAndNotEmpty() throws {
        let result = try query(
            "SELECT $1::int, $2::text, $3::text, $4::bytea, $5",
            [.null, .text(optional: nil), .text(""), .bytes([]), .bytes([])])
        #expect(try result.int32(0, 0) == nil)
        #expect(try result.text(0, 1) == nil)
        #expect(try result.text(0, 2) == "")
        #expect(try result.bytes(0, 3) == [])
        #expect(try result.bytes(0, 4) == [])
        #expect(result.isNull(0, 1) && !result.isNull(0, 2))
    }

    @Test func arraysKeepNullsQuotesAndEmptiness() throws {
        let result = try query(
            """
            SELECT array_to_string($1, '|', 'NULL'), $2::text, cardinality($3),
                   (SELECT sum(x)::bigint FROM unnest($4) x)
            """,
            [
                .textArray(["a", nil, "", "b,\"{}\\"]), .int32Array([1, -2]), .textArray([]),
                .int64Array([Int64.max - 1, 1]),
            ])
        #expect(try result.text(0, 0) == "a|NULL||b,\"{}\\")
        #expect(try result.text(0, 1) == "{1,-2}")
        #expect(try result.int32(0, 2) == 0)
        #expect(try result.int64(0, 3) == .max)
    }

    @Test func valuesAreNeverExecuted() throws {
        let hostile = "'; DROP TABLE pg_class; --"
        #expect(try query("SELECT $1::text", [.text(hostile)]).text(0, 0) == hostile)
    }

    @Test func aNulByteIsRefusedBeforeItIsCutOff() throws {
        for parameter in [Parameter.text("BTC\0USDT"), .textArray(["a\0"]), .numeric("1\0")] {
            let error = try #require(throws: PostgreSQLError.self) { try query("SELECT $1", [parameter]) }
            #expect(error.kind == .usage)
        }
    }

    @Test func anErrorCarriesAllTheServerSaid() throws {
        let database = try TestDatabase(.empty)
        try database.run("CREATE TABLE t (a int CONSTRAINT t_a_key UNIQUE); INSERT INTO t VALUES (1)")
        let connection = try database.connect()
        let duplicate = try #require(throws: PostgreSQLError.self) {
            try connection.query(Statement(name: "insert t", sql: "INSERT INTO t VALUES ($1)"), [.int32(1)])
        }
        #expect(duplicate.kind == .server)
        #expect(duplicate.sqlState == "23505")
        #expect(duplicate.detail == "Key (a)=(1) already exists.")
        #expect(duplicate.constraintName == "t_a_key")
        #expect(duplicate.statementName == "insert t")
        #expect(!duplicate.isConnectionLost && !duplicate.isRetriable)
        #expect(duplicate.description.hasPrefix("insert t: duplicate key"))
        let unknown = try #require(throws: PostgreSQLError.self) {
            try connection.query(Statement(name: "x", sql: "SELECT b FROM t AS b_alias, t"))
        }
        #expect(unknown.sqlState == "42703")
        let hinted = try #require(throws: PostgreSQLError.self) {
            try connection.query(Statement(name: "x", sql: "SELECT nowhere($1)"), [.int32(1)])
        }
        #expect(hinted.hint != nil)
        #expect(try connection.query(Statement(name: "x", sql: "SELECT 1")).rowCount == 1)
    }

    @Test func aWrongTypeIsAnErrorAndNoTrap() throws {
        let result = try query("SELECT 1::int4, 'a'::text, 1.5::numeric, true, '{}'::jsonb")
        #expect(throws: PostgreSQLError.self) { try result.text(0, 0) }
        #expect(throws: PostgreSQLError.self) { try result.int64(0, 1) }
        #expect(throws: PostgreSQLError.self) { try result.int64(0, 2) }
        #expect(throws: PostgreSQLError.self) { try result.timestamp(0, 3) }
        #expect(throws: PostgreSQLError.self) { try result.numericText(0, 0) }
        #expect(throws: PostgreSQLError.self) { try result.text(0, 4) }
        #expect(throws: PostgreSQLError.self) { try result.bool(0, 0) }
        #expect(throws: PostgreSQLError.self) { try result.bytes(0, 1) }
        #expect(throws: PostgreSQLError.self) { try result.transactionId(0, 0) }
        #expect(throws: PostgreSQLError.self) { try result.float64(0, 2) }
    }

    @Test func columnsAreFoundByName() throws {
        let result = try query("SELECT 1 AS a, 2 AS \"B\" UNION ALL SELECT 3, 4")
        #expect(result.columnIndex("B") == 1 && result.columnIndex("b") == nil)
        #expect(result.rowCount == 2 && result.columnCount == 2 && result.affectedRowCount == 2)
        #expect(result.commandTag == "SELECT 2")
    }

    @Test func numericsDecodeAsTheServerPrintsThem() throws {
        try SeededGenerator.run { generator in
            for _ in 0..<50 {
                let values = (0..<20).map { _ in Self.decimal(&generator) }
                let result = try query(
                    "SELECT n, n::text FROM unnest($1::text[]) WITH ORDINALITY AS u(t, o), "
                        + "LATERAL (SELECT t::numeric n) l"
                        + " ORDER BY o", [.textArray(values + ["NaN", "Infinity", "-Infinity", "0", "0.0000", "1e30"])])
                for row in 0..<result.rowCount {
                    #expect(try result.numericText(row, 0) == result.text(row, 1), "\(generator)")
                }
            }
        }
    }

    @Test func aMutilatedNumericIsNil() throws {
        let result = try query("SELECT 1234567.891::numeric")
        let bytes = [UInt8](try #require(result.rawBytes(0, 0)))
        for count in 0..<bytes.count {
            #expect(bytes[..<count].withUnsafeBytes { BinaryNumeric.text($0) } == nil)
        }
        var wrongDigit = bytes
        wrongDigit[8] = 0x7F
        #expect(wrongDigit.withUnsafeBytes { BinaryNumeric.text($0) } == nil)
        var wrongSign = bytes
        wrongSign[4] = 0x12
        #expect(wrongSign.withUnsafeBytes { BinaryNumeric.text($0) } == nil)
    }

    @Test func scriptsRunWhollyOrNotAtAll() throws {
        let database = try TestDatabase(.empty)
        let connection = try database.connect()
        let error = try #require(throws: PostgreSQLError.self) {
            try connection.executeScript(
                "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nSELECT nonsense;\n", name: "script")
        }
        #expect(error.statementName == "script")
        #expect(error.sqlState == "42703")
        #expect(error.detail == "line 3")
        #expect(try connection.query(Statement(name: "x", sql: "SELECT to_regclass('a') IS NULL")).bool(0, 0) == true)
        #expect(throws: PostgreSQLError.self) {
            try connection.executeScript("COPY (SELECT 1) TO STDOUT; SELECT 1", name: "copy")
        }
        #expect(throws: PostgreSQLError.self) { try connection.executeScript("COPY pg_class FROM STDIN", name: "copy") }
        try connection.executeScript("", name: "empty")
        #expect(try connection.query(Statement(name: "x", sql: "SELECT 7")).int32(0, 0) == 7)
    }

    @Test func transactionsCommitOrRollBack() throws {
        let database = try TestDatabase(.empty)
        try database.run("CREATE TABLE t (a int PRIMARY KEY)")
        let connection = try database.connect()
        let insert = Statement(name: "insert", sql: "INSERT INTO t VALUES ($1)")
        let count = Statement(name: "count", sql: "SELECT count(*) FROM t")
        try connection.transaction { _ = try connection.query(insert, [.int32(1)]) }
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.query(insert, [.int32(2)])
                throw Stop()
            }
        }
        // A failure that the body swallows must not look committed.
        let swallowed = #expect(throws: PostgreSQLError.self) {
            try connection.transaction { _ = try? connection.query(insert, [.int32(1)]) }
        }
        #expect(swallowed?.sqlState == "25P02")
        #expect(throws: PostgreSQLError.self) {
            try connection.transaction { try connection.transaction {} }
        }
        #expect(throws: PostgreSQLError.self) {
            try connection.transaction(.repeatableRead) { _ = try connection.query(insert, [.int32(3)]) }
        }
        #expect(!connection.isInTransaction)
        #expect(try connection.query(count).int64(0, 0) == 1)
    }

    private static func decimal(_ generator: inout SeededGenerator) -> String {
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
        }
        let whole = digits(Int.random(in: 1...30, using: &generator))
        let scale = Int.random(in: 0...30, using: &generator)
        let zeros = String(repeating: "0", count: Int.random(in: 0...12, using: &generator))
        return (Bool.random(using: &generator) ? "-" : "") + whole + (scale > 0 ? "." + zeros + digits(scale) : "")
    }
}
