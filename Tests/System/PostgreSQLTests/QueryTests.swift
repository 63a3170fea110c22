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
                { _ = try result.float64(0, 1) }, { _ = try result.timestamp(0, 1) },
                { _ = try result.transactionId(0, 1) },
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
            "SELECT $1, $2::text, -0.1::float8, $3::text, $4, $5::varchar, $6::xid8, $7::name",
            [
                .bool(true), .text(text), .numeric("-12345.67800000"), .timestamp(microsecondsSince2000: -1),
                .text(""), .text("18446744073709551615"), .text("n"),
            ])
        #expect(try result.bool(0, 0) == true)
        #expect(try result.text(0, 1) == text)
        #expect(try result.float64(0, 2) == -0.1)
        #expect(try result.text(0, 3) == "-12345.67800000")
        #expect(try result.timestamp(0, 4) == -1)
        #expect(try result.text(0, 5) == "")
        #expect(try result.transactionId(0, 6) == .max)
        #expect(try result.text(0, 7) == "n")
    }

    @Test func nullIsNilAndNotEmpty() throws {
        let result = try query(
            "SELECT $1::int, $2::text, $3::text", [.null, .text(optional: nil), .text("")])
        #expect(try result.int32(0, 0) == nil)
        #expect(try result.text(0, 1) == nil)
        #expect(try result.text(0, 2) == "")
        #expect(result.rawBytes(0, 1) == nil && result.rawBytes(0, 2)?.isEmpty == true)
    }

    @Test func arraysKeepNullsQuotesAndEmptiness() throws {
        let result = try query(
            """
            SELECT array_to_string($1, '|', 'NULL'), $2::text, cardinality($3)
            """, [.textArray(["a", nil, "", "b,\"{}\\"]), .int32Array([1, -2]), .textArray([])])
        #expect(try result.text(0, 0) == "a|NULL||b,\"{}\\")
        #expect(try result.text(0, 1) == "{1,-2}")
        #expect(try result.int32(0, 2) == 0)
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
        #expect(throws: PostgreSQLError.self) { try result.text(0, 4) }
        #expect(throws: PostgreSQLError.self) { try result.bool(0, 0) }
        #expect(throws: PostgreSQLError.self) { try result.transactionId(0, 0) }
        #expect(throws: PostgreSQLError.self) { try result.float64(0, 2) }
    }

    @Test func aResultSaysHowMuchItHolds() throws {
        let result = try query("SELECT 1 AS a, 2 AS \"B\" UNION ALL SELECT 3, 4")
        #expect(result.columnName(1) == "B")
        #expect(result.rowCount == 2 && result.columnCount == 2 && result.affectedRowCount == 2)
        #expect(result.commandTag == "SELECT 2")
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
}
