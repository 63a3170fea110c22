import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import SymbologyStore

@Suite("Numbers of the store")
struct WideDecimalTests {
    /// Up to 38 digits, many of them at the bounds, at powers of ten near the point.
    private func random(_ generator: inout SeededGenerator, digitCountMax: Int = 38) -> WideDecimal {
        let digitCount = Int.random(in: 1...digitCountMax, using: &generator)
        let digits = (0..<digitCount).map { _ in
            generator.chance(30) ? (generator.chance(50) ? "9" : "0") : "\(Int.random(in: 0...9, using: &generator))"
        }.joined()
        let power = Int.random(in: -40...12, using: &generator)
        return wide((generator.chance(50) ? "-" : "") + digits + "e\(power)")
    }

    @Test("every number has one form, and is read as it is written")
    func text() {
        SeededGenerator.run { generator in
            for _ in 0..<2_000 {
                let value = random(&generator)
                #expect(WideDecimal(value.description) == value, "\(generator)")
                #expect(value.mantissa % 10 != 0 || value == .zero, "\(generator)")
            }
            #expect(wide("1.50") == wide("15e-1") && wide("0.000") == .zero && wide("-0") == .zero)
            #expect(wide("100000").description == "100000" && wide("-.05").description == "-0.05")
            #expect(WideDecimal("") == nil && WideDecimal("1,5") == nil && WideDecimal("NaN") == nil)
            #expect(WideDecimal("1e") == nil && WideDecimal(".") == nil && WideDecimal("1.2.3") == nil)
            let nines = String(repeating: "9", count: 38)
            #expect(wide(nines).description == nines)
            #expect(throws: NumberFault.tooManyDigits) { try WideDecimal.parse(nines + "1") }
            let apart = "1" + String(repeating: "0", count: 60) + "1"
            #expect(throws: NumberFault.tooManyDigits) { try WideDecimal.parse(apart) }
            #expect(throws: NumberFault.outOfRange) { try WideDecimal.parse("1e-1001") }
            #expect(wide("0.00001").decimalValue == DecimalValue("0.00001") && wide(nines).decimalValue == nil)
            #expect(WideDecimal(DecimalValue("-12.5")!) == wide("-12.5") && WideDecimal(DecimalValue.absent) == nil)
        }
    }

    @Test("the server and this side mean the same by their bytes, and compute and compare alike")
    func oracle() throws {
        let database = try TestSession(.empty)
        defer { database.keep() }
        try SeededGenerator.run { generator in
            for _ in 0..<400 {
                let (left, right) = (random(&generator), random(&generator, digitCountMax: 18))
                let result = try database.run(
                    """
                    SELECT $1::numeric, trim_scale($1::numeric)::text, trim_scale($1::numeric + $2::numeric)::text,
                        trim_scale($1::numeric * $2::numeric)::text, $1::numeric < $2::numeric
                    """, [.numeric(left.description), .numeric(right.description)])
                let bytes = try #require(result.rawBytes(0, 0))
                #expect(try WideDecimal.decode(binaryNumeric: bytes) == left, "\(generator)")
                #expect(try result.text(0, 1) == left.description, "\(generator)")
                if let sum = try? left.adding(right) {
                    #expect(try result.text(0, 2) == sum.description, "\(generator)")
                }
                if let product = try? left.multiplied(by: right) {
                    #expect(try result.text(0, 3) == product.description, "\(generator)")
                }
                #expect(try result.bool(0, 4) == (left < right), "\(generator)")
            }
        }
        func decoded(_ expression: String, byteCount: Int? = nil) throws -> WideDecimal {
            let result = try database.run("SELECT \(expression)")
            return try withExtendedLifetime(result) {
                let bytes = try #require(result.rawBytes(0, 0))
                return try WideDecimal.decode(
                    binaryNumeric: UnsafeRawBufferPointer(rebasing: bytes[..<(byteCount ?? bytes.count)]))
            }
        }
        for special in ["NaN", "Infinity", "-Infinity"] {
            #expect(throws: NumberFault.notANumber) { try decoded("'\(special)'::numeric") }
        }
        #expect(throws: NumberFault.tooManyDigits) { try decoded("repeat('7', 39)::numeric") }
        #expect(throws: NumberFault.notANumber) { try decoded("7::numeric", byteCount: 9) }
        #expect(try decoded("7.50::numeric") == wide("7.5"))
    }

    @Test("spread, mid price and notional are exact")
    func derived() throws {
        let time = Timestamp(microsecondsSince1970: 0)
        let ticker = BookTicker(
            symbolId: 1, bidPrice: wide("0.0000000000001"), bidQuantity: wide("14000000000.000001"),
            askPrice: wide("0.0000000000004"), askQuantity: wide("3"), time: time)
        #expect(try ticker.spread == wide("3e-13") && ticker.midPrice == wide("2.5e-13"))
        #expect(try ticker.bidNotional == wide("0.0014000000000000001") && ticker.askNotional == wide("1.2e-12"))
        #expect(try abs(ticker.spreadPercentage - 120) < 1e-9)
        let legacy = LegacyTrade(
            exchange: "A", symbolBase: "B", symbolQuote: "C", price: wide("1.1"), quantity: wide("3"), side: .sell,
            time: time, tradeId: "7")
        let trade = Trade(legacy, symbolId: 9)
        #expect(try trade.notional == wide("3.3") && trade.symbolId == 9 && trade.tradeId == "7")
        #expect(TradeSide(legacyName: "buy") == .buy && TradeSide(legacyName: "BUY") == nil)
        #expect(throws: NumberFault.tooManyDigits) { try wide("1e30").adding(wide("1e-30")) }
    }
}
