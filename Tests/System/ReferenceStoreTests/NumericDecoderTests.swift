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
