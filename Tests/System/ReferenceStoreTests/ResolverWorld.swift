import PostgreSQL
import ReferenceData
import TestSupport

/// Makes up tables as untidy as they can be when somebody took the CHECKs away: names so few that they are found often,
/// and rows that cannot be represented.
struct ResolverWorld {
    var generator: SeededGenerator
    let database: TestSession

    private static let assets = [
        "BTC", "btc", "ETH", "USDT", "USD", "BT", "1INCH", "Ω", "币安", "LONGLONGLONGLONGLONG", "XRP", "XR", "B%C", "B_C",
    ]
    /// Few, so that symbols share pairs, names and strings; some hold the signs that divide unified names.
    private static let contractAssets = ["BTC", "USDT", "USD", "A/B", "C:D", "A", "B/USDT", "USDT:USDT"]
    private static let codes = ["ALPHA", "BETA", "GAMMA", "DELTA", "OMEGA", "ZETA"]

    mutating func asset() -> String {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<60: Self.assets.randomElement(using: &generator)!
        case 60..<65: String(repeating: "Ω", count: Int.random(in: 9...20, using: &generator))
        case 65..<68: ""
        default: "A\(Int.random(in: 0..<30, using: &generator))"
        }
    }

    mutating func symbolString() -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: asset() + asset()
        case 1: String(repeating: "é", count: Int.random(in: 24...27, using: &generator))
        case 2: asset()
        case 3: asset() + "-PERP"
        default: "\(asset())_\(["USDT", "usd", "BTC"].randomElement(using: &generator)!)"
        }
    }

    mutating func code() -> String {
        let code = Self.codes.randomElement(using: &generator)!
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return code.lowercased()
        case 1: return "Name of \(code)"
        case 2: return ["", "NOWHERE", String(repeating: "x", count: 51), "A\0B"].randomElement(using: &generator)!
        default: return code
        }
    }

    mutating func symbolId() -> UInt32 {
        generator.next() % 20 == 0 ? .max : UInt32.random(in: 0...170, using: &generator)
    }

    /// Fills the tables: rows by explicit ids, those that break a unique key left out.
    mutating func fill() throws {
        try database.run(
            """
            DO $$
            DECLARE rule record;
            BEGIN
                FOR rule IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
                             WHERE contype = 'c' AND conrelid IN ('exchanges'::regclass, 'symbols'::regclass) LOOP
                    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.name, rule.conname);
                END LOOP;
            END $$
            """)
        try database.run("DELETE FROM exchanges")
        for (index, code) in Self.codes.enumerated() { try insertExchange(Int32(index + 1), code) }
        for id in 0..<160 { try insertSymbol(Int32(id)) }
        guard try database.text("SELECT (to_regclass('symbol_aliases') IS NOT NULL)::text") == "true" else { return }
        for _ in 0..<12 { try insertAlias() }
    }

    /// The first is always there and active, the second always there and inactive: every status can then come up.
    private mutating func insertExchange(_ id: Int32, _ code: String) throws {
        // One exchange may bear another's code as its name: the code goes first.
        let name =
            generator.next() % 4 == 0 && id > 2 ? Self.codes.randomElement(using: &generator)! : "Name of \(code)"
        let isRefused = generator.next() % 5 == 0 && id > 2
        try database.run(
            """
            INSERT INTO exchanges (id, name, enum_value, display_name, market_type, is_active, precision_default)
            OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """,
            [
                .int32(id), .text(name), .text(code), .text(String(repeating: isRefused ? "é" : "e", count: 60)),
                .text(["SPOT", "FUTURES", "OPTIONS"].randomElement(using: &generator)!),
                .bool(id == 1 || (id > 2 && generator.next() % 4 != 0)),
                generator.next() % 3 == 0 ? .null : .int16(8),
            ])
    }

    /// Days from now, at noon of which something is due: some of one day, at different hours.
    static let dueDays = [-400, -30, -2, 2, 30, 400]

    private mutating func moment() -> String {
        let day = Self.dueDays.randomElement(using: &generator)!
        let hour = [8, 12].randomElement(using: &generator)!
        return "(date_trunc('day', now(), 'UTC') + interval '\(day) days \(hour) hours')"
    }

    private mutating func isOne(in count: UInt64) -> Bool { generator.next() % count == 0 }

    private mutating func insertSymbol(_ id: Int32) throws {
        let sizes = ["NaN", "123456789012.12345678", "0.00000001", "100000000000", "0.5"]
        var columns = [
            "tick_size": isOne(in: 8) ? "'\(sizes.randomElement(using: &generator)!)'" : "NULL",
            "step_size": isOne(in: 3) ? "\(["10", "0.250", "0.001"].randomElement(using: &generator)!)" : "NULL",
            "max_order_size": "'\(sizes[Int.random(in: 2...4, using: &generator)])'",
            "precision_price": isOne(in: 2) ? "\(Int.random(in: -1...18, using: &generator))" : "NULL",
            "precision_base": isOne(in: 2) ? "\(Int.random(in: 0...28, using: &generator))" : "NULL",
            "is_tiered": "\(isOne(in: 6))", "is_inferred": "\(isOne(in: 6))",
            "is_last_good": "\(isOne(in: 6))",
            "last_seen": isOne(in: 30) ? "'infinity'" : "NULL",
            "delists_at": isOne(in: 5) ? moment() : "NULL",
        ]
        var (base, quote, string) = (asset(), asset(), symbolString())
        let kind = ["spot", "spot", "perpetual", "future", "option", "other"].randomElement(using: &generator)!
        if isOne(in: 4) { string = "TWIN\(Int.random(in: 0..<6, using: &generator))" }
        if kind != "spot" || isOne(in: 3) {
            base = Self.contractAssets.randomElement(using: &generator)!
            quote = Self.contractAssets.randomElement(using: &generator)!
        }
        if kind != "spot" {
            let settle = isOne(in: 3) ? quote : Self.contractAssets.randomElement(using: &generator)!
            columns["settle_asset"] = "'\(settle)'"
            columns["payoff"] = ["'linear'", "'linear'", "'inverse'", "NULL"].randomElement(using: &generator)!
            columns["contract_size"] = "0.01"
        }
        if kind == "future" || kind == "option" { columns["expires_at"] = moment() }
        if kind == "option" {
            columns["strike"] = ["100000.00", "0.5", "1E-8", "10"].randomElement(using: &generator)!
            columns["option_type"] = ["'call'", "'put'"].randomElement(using: &generator)!
        }
        // What the kind does not allow.
        if isOne(in: 20) { columns["strike"] = "1" }
        if isOne(in: 20) { columns["settle_asset"] = "NULL" }
        let names = columns.keys.sorted()
        try database.run(
            """
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string, is_active, kind,
                                 \(names.joined(separator: ", ")))
            OVERRIDING SYSTEM VALUE
            SELECT $1::int4, e.id, $3, $4, $5, $6::bool, $7, \(names.map { columns[$0]! }.joined(separator: ", "))
              FROM (SELECT id FROM exchanges ORDER BY id OFFSET $2::int8 LIMIT 1) e
            ON CONFLICT DO NOTHING
            """,
            [
                .int32(id), .int64(Int64.random(in: 0..<3, using: &generator)), .text(base), .text(quote),
                .text(string), .bool(!isOne(in: 3)), .text(kind),
            ])
    }

    private mutating func insertAlias() throws {
        try database.run(
            """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, created_at, expires_at)
            SELECT e.id, $1, s.id, now() - interval '2 hours', now() + $2::interval
              FROM (SELECT id FROM exchanges ORDER BY id OFFSET $3::int8 LIMIT 1) e, symbols s WHERE s.id = $4::int4
            ON CONFLICT DO NOTHING
            """,
            [
                .text("\(isOne(in: 3) ? "TWIN" : "FORMER")\(Int.random(in: 0..<8, using: &generator))"),
                .text(generator.next() % 4 == 0 ? "-1 hour" : "1 hour"),
                .int64(Int64.random(in: 0..<3, using: &generator)),
                .int32(Int32.random(in: 0..<160, using: &generator)),
            ])
    }
}
