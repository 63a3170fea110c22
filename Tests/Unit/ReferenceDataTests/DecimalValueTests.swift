import ReferenceData
import TestSupport
import Testing

struct DecimalValueTests {
    @Test(arguments: [
        ("0", 0, 0), ("0.000", 0, 0), ("-0", 0, 0), ("1", 1, 0), ("-1", -1, 0), ("0.00001", 1, -5), ("100", 1, 2),
        ("001.500", 15, -1), ("999999999999999999", 999_999_999_999_999_999, 0),
        ("0.999999999999999999", 999_999_999_999_999_999, -18), ("999999999999.99999999", nil, nil),
        ("100000000000000000000", 1, 20), ("1000000000000000001", nil, nil), ("123456789012.12345678", nil, nil),
        ("-9999999999.99999999", -999_999_999_999_999_999, -8),
    ])
    func reads(text: String, mantissa: Int64?, exponent: Int8?) {
        let value = DecimalValue(text)
        #expect(value?.mantissa == mantissa)
        #expect(value?.exponent == exponent)
    }

    @Test func exponentsEndAtTheirType() {
        #expect(DecimalValue(mantissa: 1, exponent: 127)?.exponent == 127)
        #expect(DecimalValue(mantissa: 1, exponent: 128) == nil)
        #expect(DecimalValue(mantissa: 10, exponent: 127) == nil)
        #expect(DecimalValue(mantissa: 1, exponent: -128)?.exponent == -128)
        #expect(DecimalValue(mantissa: 10, exponent: -129)?.exponent == -128)
        #expect(DecimalValue(mantissa: 1, exponent: -129) == nil)
        #expect(DecimalValue(mantissa: 10, exponent: .max) == nil)
        #expect(DecimalValue(mantissa: .min, exponent: 0) == nil)
        #expect(DecimalValue(mantissa: .max, exponent: 0) == nil)
        #expect(DecimalValue(mantissa: 0, exponent: .max) == .zero)
    }

    @Test func absentIsNoNumber() {
        #expect(DecimalValue.absent.isAbsent)
        #expect(DecimalValue.absent.description == "")
        #expect(DecimalValue.absent != .zero)
        #expect(DecimalValue.absent.mantissa == .min)
    }

    @Test(arguments: [
        "0", "0.00001", "-0.5", "1", "12.345", "120000", "-7", "0.100000000000000001", "999999999999999999",
    ])
    func printsWhatItRead(text: String) {
        #expect(DecimalValue(text)?.description == text)
    }

    @Test func randomValuesSurviveTheirText() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let digitCount = Int.random(in: 1...18, using: &generator)
            let bound = (0..<digitCount).reduce(Int64(1)) { product, _ in product * 10 }
            let mantissa = Int64.random(in: -(bound - 1)...(bound - 1), using: &generator)
            let value = try #require(
                DecimalValue(mantissa: mantissa, exponent: .random(in: -100...90, using: &generator)), "seed \(seed)")
            #expect(DecimalValue(value.description) == value, "seed \(seed)")
            #expect(value.mantissa % 10 != 0 || value == .zero, "seed \(seed)")
        }
    }
}
