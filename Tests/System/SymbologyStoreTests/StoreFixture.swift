import MarketDataStore
import PostgreSQL
import ReferenceData
import TestSupport

@testable import SymbologyStore

/// A migrated database with partitions and some symbols, and stores on it.
final class StoreFixture {
    let database: TestSession
    private var stores: [MarketStore] = []

    static let pair = SymbolReference.pair(exchange: "MEXC_SPOT", base: "B1", quote: "USDT")
    static let otherPair = SymbolReference.pair(exchange: "GATEIO_SPOT", base: "B1", quote: "USDT")

    /// - Parameter cluster: one of its own, for tests that keep a transaction open: others wait for its end.
    init(in cluster: TestCluster = .shared) throws {
        database = try TestSession(in: cluster)
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT e.id, 'B' || g, 'USDT', 'B' || g || '_USDT'
              FROM exchanges e, generate_series(1, 20) g WHERE e.market_type = 'SPOT'
            """)
        var options = PartitionMaintenance.Options()
        options.aheadCount = 1
        try PartitionMaintenance(try database.connect()).run(options)
    }

    func store(_ adjust: (inout MarketStoreOptions) -> Void = { _ in }) throws -> MarketStore {
        var options = MarketStoreOptions()
        adjust(&options)
        let store = try MarketStore(database.conninfo, options: options)
        stores.append(store)
        return store
    }

    deinit { for store in stores { store.close() } }

    /// The database's now, on a whole second.
    func now() throws -> Timestamp {
        Timestamp(
            microsecondsSince1970: try database.integer("SELECT floor(extract(epoch FROM now()))::int8 * 1000000"))
    }

    func id(_ symbol: SymbolReference = pair) throws -> UInt32 { try store().run(.symbolIds(of: [symbol]))[0] }

    func count(_ table: String) throws -> Int64 { try database.integer("SELECT count(*) FROM \(table)") }

    /// Ends the store's sessions as an administrator does.
    static func cut(_ connection: Connection) throws {
        try connection.query(
            Statement(
                name: "cut",
                sql: """
                    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'symbology store'
                    """))
    }

    func ticker(_ symbolId: UInt32, bid: String = "1.5", ask: String = "1.6", at time: Timestamp) -> BookTicker {
        BookTicker(
            symbolId: symbolId, bidPrice: wide(bid), bidQuantity: wide("2"), askPrice: wide(ask),
            askQuantity: wide("3"), time: time)
    }

    func legacy(_ base: String = "B1", exchange: String = "MEXC_SPOT", at time: Timestamp) -> LegacyBookTicker {
        LegacyBookTicker(
            exchange: exchange, symbolBase: base, symbolQuote: "USDT", bidPrice: wide("1.5"), bidQuantity: wide("2"),
            askPrice: wide("1.6"), askQuantity: wide("3"), time: time)
    }
}

/// A number that a test writes down.
func wide(_ text: String) -> WideDecimal {
    guard let value = WideDecimal(text) else { fatalError("\(text) is no number") }
    return value
}

extension Timestamp {
    func adding(milliseconds: Int64) -> Timestamp {
        Timestamp(microsecondsSince1970: microsecondsSince1970 + milliseconds * 1_000)
    }
}
