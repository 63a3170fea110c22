import TestSupport
import Testing

@testable import PostgreSQL

@Suite struct CopyTests {
    let database: TestDatabase
    let connection: Connection

    init() throws {
        database = try TestDatabase(.empty)
        try database.run("CREATE TABLE t (a int, b text, c numeric(20,8))")
        connection = try database.connect()
    }

    func count() throws -> Int64? {
        try connection.query(Statement(name: "count", sql: "SELECT count(*) FROM t")).int64(0, 0)
    }

    let copyIn = Statement(name: "copy in", sql: "COPY t FROM STDIN")
    let rowCount = 20_000

    @Test func rowsGoInAsTextAndComeOutBinary() throws {
        let odd = "tab\t newline\n return\r backslash\\ \u{1F680} \\N"
        let copied = try connection.copyIn(copyIn) { writer in
            for row in 0..<rowCount {
                try writer.writeRow([String(row), row == 7 ? odd : row == 8 ? nil : "", "0.\(row)"])
            }
        }
        #expect(copied == rowCount)
        var seen = 0
        let out = try connection.copyOut(
            Statement(name: "copy out", sql: "COPY (SELECT a, b, c FROM t ORDER BY a) TO STDOUT (FORMAT binary)")
        ) { bytes in
            var row = try #require(BinaryRow(bytes))
            #expect(row.fieldCount == 3)
            guard case .value(let a) = row.next() else { throw CopyTestError() }
            #expect(BinaryValue.int32(a) == Int32(seen))
            switch row.next() {
            case .value(let b): #expect(String(decoding: b, as: UTF8.self) == (seen == 7 ? odd : ""))
            case .null: #expect(seen == 8)
            case .malformed: throw CopyTestError()
            }
            // Of a numeric: count of digits, weight, sign, display scale.
            guard case .value(let c) = row.next(), row.isAtEnd else { throw CopyTestError() }
            #expect(c.count >= 8 && c.count == 8 + 2 * Int(c[1]) && c[7] == 8)
            seen += 1
        }
        #expect(out == rowCount && seen == rowCount)
    }

    @Test func rowsGoInAsBinary() throws {
        let binary = Statement(name: "copy in", sql: "COPY t FROM STDIN (FORMAT binary)")
        // From the largest number of the column to the smallest, and zeros within and at the ends.
        let numbers: [(Int128, Int, String)] = [
            (999_999_999_999, 0, "999999999999.00000000"), (-99_999_999_999_999_999_999, -8, "-999999999999.99999999"),
            (1, -8, "0.00000001"), (0, 0, "0.00000000"), (12, 3, "12000.00000000"), (-10_000_001, -4, "-1000.00010000"),
        ]
        var fields = BinaryFields()
        let copied = try connection.copyIn(binary) { writer in
            for (index, number) in numbers.enumerated() {
                fields.removeAll()
                fields.append(Int32(index))
                let isTaken = fields.append("\t\\ü")
                #expect(isTaken)
                fields.append(numericMantissa: number.0, exponent: number.1)
                try writer.write(fields)
            }
        }
        #expect(copied == numbers.count)
        let rows = try connection.query(Statement(name: "rows", sql: "SELECT b, c::text FROM t ORDER BY a"))
        for (index, number) in numbers.enumerated() {
            #expect(try rows.text(index, 0) == "\t\\ü")
            #expect(try rows.text(index, 1) == number.2)
        }
        let isTaken = fields.append("a\0b")
        #expect(!isTaken, "no text of the server's holds it")
        #expect(throws: PostgreSQLError.self, "text and binary do not mix") {
            try connection.copyIn(copyIn) { try $0.write(fields) }
        }
        #expect(try connection.copyIn(binary) { _ in } == 0)
        #expect(try count() == Int64(numbers.count))
    }

    @Test func textComesOutLineByLine() throws {
        var lines: [String] = []
        try connection.copyOut(
            Statement(name: "out", sql: "COPY (SELECT x, 'a' FROM generate_series(1, 3) x) TO STDOUT (FORMAT csv)")
        ) { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(lines == ["1,a\n", "2,a\n", "3,a\n"])
    }

    @Test func anEmptyCopyHasNoRows() throws {
        for format in ["text", "csv", "binary"] {
            let rows = try connection.copyOut(
                Statement(name: "out", sql: "COPY t TO STDOUT (FORMAT \(format))")
            ) { _ in throw CopyTestError() }
            #expect(rows == 0)
        }
        #expect(try connection.copyIn(copyIn) { _ in } == 0)
    }

    @Test func whatTheBodyThrowsComesThroughAndNothingIsCopied() throws {
        #expect(throws: CopyTestError.self) {
            try connection.copyIn(copyIn) { writer in
                for row in 0..<rowCount { try writer.writeRow([String(row), nil, nil]) }
                throw CopyTestError()
            }
        }
        #expect(try count() == 0)
        #expect(throws: CopyTestError.self) {
            try connection.copyOut(
                Statement(name: "out", sql: "COPY (SELECT generate_series(1, 1000000)) TO STDOUT (FORMAT binary)")
            ) { _ in throw CopyTestError() }
        }
        #expect(try count() == 0)
    }

    @Test func theServersRefusalIsThrown() throws {
        let inError = try #require(throws: PostgreSQLError.self) {
            try connection.copyIn(copyIn) { try $0.writeRow(["not a number", nil, nil]) }
        }
        #expect(inError.sqlState == "22P02")
        #expect(inError.statementName == "copy in")
        // The refusal arrives while rows are still being written.
        let early = try #require(throws: PostgreSQLError.self) {
            try connection.copyIn(copyIn) { writer in
                for _ in 0..<rowCount * 10 { try writer.writeRow(["x", "padding padding padding", nil]) }
            }
        }
        #expect(early.sqlState == "22P02")
        let outError = try #require(throws: PostgreSQLError.self) {
            try connection.copyOut(
                Statement(name: "out", sql: "COPY (SELECT 1 / (x - 500) FROM generate_series(1, 1000) x) TO STDOUT")
            ) { _ in }
        }
        #expect(outError.sqlState == "22012")
        #expect(try count() == 0)
    }

    @Test func theWrongCallIsRefusedAndTheConnectionLives() throws {
        let out = Statement(name: "out", sql: "COPY t TO STDOUT")
        let calls: [() throws -> Void] = [
            { _ = try connection.query(copyIn) }, { _ = try connection.query(out) },
            { _ = try connection.copyIn(out) { _ in } }, { _ = try connection.copyOut(copyIn) { _ in } },
            { _ = try connection.copyOut(Statement(name: "select", sql: "SELECT 1")) { _ in } },
        ]
        for call in calls {
            let error = #expect(throws: PostgreSQLError.self) { try call() }
            #expect(error?.kind == .usage)
            #expect(try count() == 0)
        }
        let missing = try #require(throws: PostgreSQLError.self) {
            try connection.copyOut(Statement(name: "out", sql: "COPY nowhere TO STDOUT")) { _ in }
        }
        #expect(missing.sqlState == "42P01")
        let nul = try #require(throws: PostgreSQLError.self) {
            try connection.copyIn(copyIn) { try $0.writeRow(["1", "a\0b", nil]) }
        }
        #expect(nul.kind == .usage)
        #expect(try count() == 0)
    }

    @Test func aRowCutAnywhereIsMalformedAndNoTrap() throws {
        let whole: [UInt8] = [0, 2, 0, 0, 0, 4, 0, 0, 0, 7, 255, 255, 255, 255]
        for count in 0..<whole.count {
            whole[..<count].withUnsafeBytes { bytes in
                guard var row = BinaryRow(bytes) else {
                    #expect(count < 2)
                    return
                }
                var fields = 0
                reading: while fields < row.fieldCount {
                    if case .malformed = row.next() { break reading }
                    fields += 1
                }
                #expect(fields < row.fieldCount)
            }
        }
        let hostile: [UInt8] = [0, 1, 127, 255, 255, 255, 0]
        hostile.withUnsafeBytes { bytes in
            var row = BinaryRow(bytes)
            guard case .malformed? = row?.next() else {
                Issue.record("an over-long field was accepted")
                return
            }
        }
        #expect([UInt8]([255, 254]).withUnsafeBytes { BinaryRow($0) } == nil)
    }
}

struct CopyTestError: Error {}
