import Measuring
import ReferenceData

/// The keys that every peer is asked for, and the answer each of them holds.
///
/// One venue list and one generator serve all peers, so that a difference between two rows of a table is a difference
/// between two servers.
struct KeySet {
    struct Entry {
        let exchangeId: UInt16
        /// The enum value of the exchange.
        let code: String
        let symbolId: UInt32
        let symbol: String
        let base: String
        let quote: String
        /// The unified name.
        let name: String
        /// The key as a store of strings spells it.
        var flat: String { "\(exchangeId):\(symbol)" }
        /// The key as an engine prepares it; what the database takes always fits.
        var symbolKey: SymbolKey { SymbolKey(exchangeId: exchangeId, symbol: symbol)! }
    }

    let entries: [Entry]

    /// What the database holds.
    init(_ database: Database) throws {
        let rows = try database.query(
            """
            SELECT exchange_id, s.id, symbol_string, base_asset, quote_asset,
                   base_asset || '/' || quote_asset || coalesce(':' || settle_asset, '')
                   || coalesce(to_char(expires_at AT TIME ZONE 'UTC', '-YYMMDD'), '')
                   || coalesce('-' || trim_scale(strike)::text || upper('-' || left(option_type, 1)), ''),
                   e.enum_value
              FROM symbols AS s JOIN exchanges AS e ON e.id = s.exchange_id ORDER BY s.id
            """)
        entries = try rows.map { row in
            guard let exchangeId = UInt16(row[0]), let symbolId = UInt32(row[1]) else {
                throw BenchmarkError("a row of symbols has ids out of range: \(row)")
            }
            return Entry(
                exchangeId: exchangeId, code: row[6], symbolId: symbolId, symbol: row[2], base: row[3], quote: row[4],
                name: row[5])
        }
        guard !entries.isEmpty else { throw BenchmarkError("the database holds no symbols: run `measure fill` first") }
    }

    /// Indexes of the keys to ask for, uniform, the same in every run with the same seed.
    func sequence(count: Int, seed: UInt64) -> [Int] {
        var generator = SplitMix(seed: seed)
        return (0..<count).map { _ in Int.random(in: 0..<entries.count, using: &generator) }
    }
}
