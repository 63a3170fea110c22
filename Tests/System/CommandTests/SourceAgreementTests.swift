import ReferenceData
import ReferenceStore
import Scenarios
import SymbologyClient
import TestSupport
import Testing

/// One database, and four that answer about it: a server, a client, a replica, and the fallback that asks the tables.
@Suite("Server, replica and database agree")
struct SourceAgreementTests {
    /// All kinds, dead twins, a former string, names that two have; one future is past its time and one soon will be.
    private static let rows = """
        INSERT INTO exchanges (name, enum_value, display_name, market_type)
        VALUES ('opt', 'OPT', 'Options', 'OPTIONS'), ('fut', 'FUT', 'Futures', 'FUTURES');
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff,
                             expires_at, strike, option_type, is_active, tick_size, is_tiered)
        SELECT e.id, v.base, v.quote, v.string, v.kind, v.settle, v.payoff, v.expires, v.strike, v.type, v.active, 0.25,
               v.tiered
          FROM (VALUES
               ('MEXC_SPOT', 'BTC', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL::timestamptz, NULL::numeric, NULL,
                false, true),
               ('MEXC_SPOT', 'BTC', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL, NULL, NULL, true, false),
               ('MEXC_SPOT', 'BRK/B', 'USD', 'BRKB', 'spot', NULL, NULL, NULL, NULL, NULL, true, false),
               ('FUT', 'BTC', 'USDT', 'BTC-I', 'perpetual', 'BTC', 'inverse', NULL, NULL, NULL, true, false),
               ('FUT', 'BTC', 'USDT', 'BTC-L', 'perpetual', 'USDT', 'linear', NULL, NULL, NULL, true, true),
               ('FUT', 'ETH', 'USDT', 'ETH-I', 'perpetual', 'ETH', 'inverse', NULL, NULL, NULL, true, false),
               ('FUT', 'ETH', 'USDT', 'ETH-Q', 'perpetual', 'BTC', 'quanto', NULL, NULL, NULL, true, false),
               ('FUT', 'BTC', 'USDT', 'PAST', 'future', 'USDT', 'linear', '2026-03-27 08:00Z', NULL, NULL, true, false),
               ('FUT', 'BTC', 'USDT', 'SOON', 'future', 'USDT', 'linear', now() + interval '6 s', NULL, NULL, true,
                false),
               ('FUT', 'BTC', 'USDT', 'LATE', 'future', 'USDT', 'linear', '2099-03-27 08:00Z', NULL, NULL, true, false),
               ('FUT', 'BTC', 'USDT', 'LATER', 'future', 'USDT', 'linear', '2099-03-27 16:00Z', NULL, NULL, true,
                false),
               ('FUT', 'BTC', 'USDT', 'OTHER', 'other', NULL, NULL, NULL, NULL, NULL, true, false),
               ('OPT', 'BTC', 'USD', 'C', 'option', 'BTC', 'inverse', '2099-06-26 08:00Z', 100000.50, 'call', true,
                false),
               ('OPT', 'BTC', 'USD', 'P', 'option', 'BTC', 'inverse', '2099-06-26 08:00Z', 100000.50, 'put', false,
                false)
               ) AS v (code, base, quote, string, kind, settle, payoff, expires, strike, type, active, tiered)
          JOIN exchanges e ON e.enum_value = v.code;
        INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, expires_at)
        SELECT s.exchange_id, 'FORMER', s.id, now() + interval '1 day' FROM symbols s WHERE s.symbol_string = 'LATE';
        """

    private static let codes = ["MEXC_SPOT", "FUT", "OPT", "NOWHERE"]
    private static let strings = [
        "BTCUSDT", "BRKB", "BTC-L", "PAST", "SOON", "LATE", "FORMER", "OTHER", "C", "P", "NONE",
    ]
    private static let names = [
        "BTC/USDT", "ETH/USDT", "BRK/B/USD", "BTC/USDT:USDT", "BTC/USDT:BTC", "BTC/USDT:USDT-260327",
        "BTC/USDT:USDT-990327", "BTC/USD:BTC-990626-100000.5-C", "BTC/USD:BTC-990626-100000.5-P", "NONE/USDT", "/",
    ]

    /// Everything that a source says, without the generation that only servers have.
    private func answers<Source: SymbolResolving>(_ source: inout Source) throws -> [String] {
        var answers: [String] = []
        func add(_ question: String, _ answer: SymbolResolution) {
            var answer = answer
            answer.generation = 0
            answers.append("\(question): \(answer)")
        }
        func add(_ question: String, _ page: SymbolPage) {
            let rows = page.rows.map { symbol in
                let record = symbol.record
                return "\(symbol.id) \(symbol.flags.rawValue) \(record.precisionPrice) \(record.precisionBase) "
                    + "\(record.kind.name) \(record.strike) \(record.expiresAt)"
            }
            answers.append("\(question): \(page.status.name) \(rows) \(page.hasMore)")
        }
        for code in Self.codes {
            for string in Self.strings { add("\(code) \(string)", try source.resolve(exchange: code, symbol: string)) }
            for name in Self.names { add("\(code) \(name)", try source.resolve(exchange: code, unifiedName: name)) }
            for active in [false, true] {
                add(
                    "contracts of \(code) \(active)",
                    try source.contracts(exchange: code, base: "BTC", quote: "USDT", activeOnly: active))
            }
        }
        add("pair", try source.resolve(exchange: "FUT", base: "BTC", quote: "USDT"))
        add("find", try source.find(base: "BTC", quote: "USDT"))
        add("find, spot", try source.find(base: "BTC", quote: "USDT", kinds: .spot, limit: 1))
        add("options", try source.contracts(exchange: nil, base: "BTC", quote: "USD", kinds: .option, limit: 1))
        return answers
    }

    @Test("about every kind, dead twins, former strings, expiries past and to come")
    func agree() throws {
        let system = try RunningSystem(isSeeded: false)
        try system.execute(Self.rows)
        var client = try LookupClient(.unix(path: system.unixPath))
        #expect(try Deadline().poll { try client.find(base: "BTC", quote: "USD").rows.count == 2 })
        let replica = try Replica(.unix(path: system.unixPath))
        defer { replica.stop() }
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        var reader = replica.reader()
        var fallback = FallbackResolver(.unix(path: system.folder.path("nobody"))) { () throws(StoreError) in
            DatabaseResolver(system.connection)
        }

        // What was due when it was read; then what becomes due without any change of the tables.
        for isOver in [false, true] {
            if isOver {
                #expect(
                    try Deadline().poll { try client.resolve(exchange: "FUT", symbol: "SOON").status == .inactive },
                    "it expired, and no server said so")
                #expect(
                    replica.wait(timeoutMilliseconds: patienceMilliseconds) { _ in
                        reader.resolve(exchange: "FUT", symbol: "SOON").status == .inactive
                    })
            }
            let expected = try answers(&fallback)
            #expect(fallback.source == .database)
            for (name, found) in try [("server", answers(&client)), ("replica", answers(&reader))] {
                for (answer, wanted) in zip(found, expected) { #expect(answer == wanted, "\(name)") }
            }
            #expect(expected.contains { $0.hasPrefix("FUT PAST: inactive") })
            #expect(expected.contains { $0.hasPrefix("FUT ETH/USDT: ambiguous") })
            #expect(expected.contains { $0.hasPrefix("FUT SOON: \(isOver ? "inactive" : "ok")") })
        }
    }
}
