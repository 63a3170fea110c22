import TestSupport

@testable import ReferencePhases
@testable import ReferenceStore

extension TestSession {
    /// One book ticker; prices and quantities as SQL would write them.
    func bookTicker(
        _ exchange: String, _ base: String, _ quote: String, bid: String = "1.5", ask: String = "1.5",
        bidQuantity: String = "2", askQuantity: String = "2", at time: String = "2025-10-11 03:00:00+00"
    ) throws {
        try run(
            """
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(exchange), .text(base), .text(quote), .text(bid), .text(ask), .text(bidQuantity),
                .text(askQuantity), .text(time),
            ])
    }

    func trade(
        _ exchange: String, _ base: String, _ quote: String, price: String, quantity: String,
        quoteQuantity: String? = nil, at time: String = "2025-10-11 03:00:00+00"
    ) throws {
        try run(
            """
            INSERT INTO trade_snapshots (exchange, symbol_base, symbol_quote, price, quantity, quote_quantity, side,
                                         timestamp)
            VALUES ($1, $2, $3, $4, $5, $6, 'buy', $7)
            """,
            [
                .text(exchange), .text(base), .text(quote), .text(price), .text(quantity),
                .text(optional: quoteQuantity), .text(time),
            ])
    }

    /// Everything a population may write, in text.
    var populatedState: String {
        get throws {
            try text("SELECT string_agg(s::text || xmin::text, ';' ORDER BY id) FROM symbols s")
                + text("SELECT string_agg(e::text || xmin::text, ';' ORDER BY id) FROM exchanges e")
                + text("SELECT string_agg(i::text || xmin::text, ';' ORDER BY i::text) FROM symbol_inferences i")
                + text("SELECT coalesce(pg_sequence_last_value('symbols_id_seq'::regclass), 0)::text")
                + text("SELECT pg_sequence_last_value('exchanges_id_seq'::regclass)::text")
        }
    }

    /// `exchange symbol precision_price tick precision_base step precision_quote inferred`, a line a symbol.
    var rules: [String] {
        get throws {
            try text(
                """
                SELECT string_agg(format('%s %s %s %s %s %s %s %s', e.enum_value, symbol_string,
                                         coalesce(precision_price::text, '-'),
                                         coalesce(trim_scale(tick_size)::text, '-'),
                                         coalesce(precision_base::text, '-'),
                                         coalesce(trim_scale(step_size)::text, '-'),
                                         coalesce(precision_quote::text, '-'),
                                         CASE WHEN is_inferred THEN 'inferred' ELSE 'given' END),
                                  E'\\n' ORDER BY s.id)
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                """
            ).split(separator: "\n").map(String.init)
        }
    }
}

extension PopulationReport {
    func venue(_ legacyName: String) -> PopulatedVenue? { venues.first { $0.legacyName == legacyName } }

    func pair(_ exchange: String, _ base: String, _ quote: String) -> PopulatedPair? {
        pairs.first { $0.exchange == exchange && $0.baseAsset == base && $0.quoteAsset == quote }
    }
}
