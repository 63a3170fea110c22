import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite struct NumericDecoderTests {
    /// PostgreSQL writes the bytes, and PostgreSQL says what the decoded value is.
    @Test func agreesWithPostgreSQL() throws {
        let database = try TestSession()
        defer { database.keep() }
        var generator = SeededGenerator()
        var texts = [
            "0", "0.00000000", "1", "-1", "10000", "9999", "0.0001", "0.00001", "100000000", "0.10", "1000000000000",
            "123456789012345678", "999999999999999999", "0.000000000000000001", "1e100", "-1e-100", "9e127",
            "99999999999999999900000000", "0.00000001", "12.345000",
        ]
        for _ in 0..<5_000 {
            let digitCount = Int.random(in: 1...18, using: &generator)
            let digits = (0..<digitCount).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
            let exponent = Int.random(in: -30...30, using: &generator)
            texts.append("\(Bool.random(using: &generator) ? "-" : "")\(digits)e\(exponent)")
        }
        let result = try database.run(
            "SELECT n::numeric, trim_scale(n::numeric)::text FROM unnest($1::text[]) n", [.textArray(texts)])
        #expect(result.rowCount == texts.count)
        var decoded: [String] = []
        for row in 0..<result.rowCount {
            let bytes = try #require(result.rawBytes(row, 0))
            let value = try DecimalValue.decode(binaryNumeric: bytes)
            #expect(value.mantissa == 0 ? value.exponent == 0 : value.mantissa % 10 != 0)
            decoded.append("\(value.mantissa)e\(value.exponent)")
        }
        let check = try database.run(
            """
            SELECT n, d FROM unnest($1::text[], $2::text[]) AS t (n, d) WHERE n::numeric <> d::numeric
            """, [.textArray(texts), .textArray(decoded)])
        #expect(check.rowCount == 0, "\(generator)")
    }

    @Test(arguments: [
        ("NaN", NumericFault.notANumber), ("Infinity", .infinite), ("-Infinity", .infinite),
        ("1234567890123456789", .tooManyDigits), ("1.000000000000000001", .tooManyDigits),
        ("100000000000000000000001", .tooManyDigits), ("1e200", .outOfRange), ("1e-200", .outOfRange),
    ])
    func refusesWhatDoesNotFit(text: String, fault: NumericFault) throws {
        let database = try TestSession()
        defer { database.keep() }
        let result = try database.run("SELECT $1::numeric", [.text(text)])
        let bytes = try #require(result.rawBytes(0, 0))
        #expect(throws: fault) { try DecimalValue.decode(binaryNumeric: bytes) }
        withExtendedLifetime(result) {}
    }

    /// What the table takes can be served, and what can be served the table takes: at the limits, and at random.
    @Test func theTableTakesWhatIsExact() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'B', 'C')")
        var generator = SeededGenerator()
        var texts = [
            "1e127", "1e128", "9e127", "999999999999999999e127", "1000000000000000001e127", "99e126", "10e127",
            "1e-128",
            "1e-129", "10e-129", "999999999999999999e-128", "0.0000000000001", "9999999999999", "999999999",
            "999999999.999999999", "1000000000", "1000000000.000000001", "999999999.9999999991", "0.0000000001",
            "1.00000000000000000000", "100000000000000000000000000000", "NaN", "Infinity",
        ]
        for _ in 0..<2_000 {
            let digitCount = Int.random(in: 1...20, using: &generator)
            let digits = (0..<digitCount).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
            let near = [-150, -128, -20, 0, 110, 127].randomElement(using: &generator) ?? 0
            texts.append("1\(digits)e\(near + Int.random(in: -3...3, using: &generator))")
        }
        for text in texts {
            let bytes = try database.run("SELECT $1::numeric", [.text(text)])
            let value = bytes.rawBytes(0, 0).flatMap { try? DecimalValue.decode(binaryNumeric: $0) }
            var isTaken = true
            do throws(PostgreSQLError) {
                try database.run("UPDATE symbols SET tick_size = $1::numeric", [.text(text)])
            } catch {
                #expect(error.constraintName == "symbols_tick_size_servable", "\(error)")
                isTaken = false
            }
            #expect(isTaken == (value != nil), "\(text) \(generator)")
            guard let value else { continue }
            let stored = "SELECT tick_size = '\(value.mantissa)e\(value.exponent)'::numeric FROM symbols"
            #expect(try database.run(stored).bool(0, 0) == true, "\(text) \(generator)")
        }
    }

    @Test func noBytesTrap() {
        var generator = SeededGenerator()
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Bool.random(using: &generator) ? 0 : UInt8.random(in: .min ... .max, using: &generator)
            }
            if bytes.count >= 8, Bool.random(using: &generator) {
                bytes[0] = 0
                bytes[1] = UInt8((bytes.count - 8) / 2)
            }
            let value = bytes.withUnsafeBytes { try? DecimalValue.decode(binaryNumeric: $0) }
            #expect(value?.isAbsent != true, "\(generator)")
        }
    }
}
