import PostgreSQL
import ReferenceData
import ReferenceStore

// Whether the tables really refuse what they promise to refuse.
//
// Each attempt is one statement with ids of its own, so that it draws no identity value, behind a savepoint inside a
// transaction that is rolled back. Where it takes two rows to break a rule, one statement brings both: the second is
// refused before any AFTER trigger has run, so that nothing is written that a rollback does not undo.
extension ValidationRun {
    struct Attempt {
        let name: String
        let sql: String
        let sqlState: String
        /// The constraint that must have refused; nil where the SQLSTATE says enough.
        var constraint: String?
    }

    /// A good row; each attempt breaks it somewhere. What is not named is NULL.
    private static let symbolColumns = row(
        of: SymbolColumn.self,
        [
            "id": "2147483647", "exchange_id": "32767", "base_asset": "'VALIDATE1'", "quote_asset": "'VALIDATE2'",
            "symbol_string": "'VALIDATE1_VALIDATE2'",
        ])

    private static let exchangeColumns = row(
        of: ExchangeColumn.self,
        [
            "id": "32767", "name": "'VALIDATE'", "enum_value": "'VALIDATE'", "display_name": "'VALIDATE'",
            "market_type": "'SPOT'",
        ])

    private static func row<Column: ReferenceColumn>(
        of type: Column.Type, _ values: [String: String]
    ) -> [String: String] {
        let defaults = Column.table.map { ($0.name, $0.defaultText ?? "NULL") }
        return values.merging(defaults) { value, _ in value }
    }

    /// Rows that differ from a good one in what is named.
    private static func insert(
        _ table: String, _ columns: [String: String], _ rows: [[String: String]], overriding: Bool = true
    ) -> String {
        let names = columns.keys.sorted()
        let values = rows.map { row in "(\(names.map { row[$0] ?? columns[$0] ?? "NULL" }.joined(separator: ", ")))" }
        return """
            INSERT INTO \(table) (\(names.joined(separator: ", "))) \(overriding ? "OVERRIDING SYSTEM VALUE" : "")
            VALUES \(values.joined(separator: ", "))
            """
    }

    private static func symbol(
        _ name: String, _ changes: [String: String], _ sqlState: String, _ constraint: String? = nil
    ) -> Attempt {
        Attempt(
            name: "symbols.\(name)", sql: insert("symbols", symbolColumns, [changes]), sqlState: sqlState,
            constraint: constraint)
    }

    private static func exchange(
        _ name: String, _ changes: [String: String], _ sqlState: String, _ constraint: String? = nil
    ) -> Attempt {
        Attempt(
            name: "exchanges.\(name)", sql: insert("exchanges", exchangeColumns, [changes]), sqlState: sqlState,
            constraint: constraint)
    }

    private static let check = "23514"
    private static let notNull = "23502"
    private static let unique = "23505"

    private static func nullAttempts<Column: ReferenceColumn>(
        of type: Column.Type, _ attempt: (String, [String: String], String, String?) -> Attempt
    ) -> [Attempt] {
        Column.table.filter { !$0.isNullable && $0.writer != .database }.map {
            attempt("\($0.name)_null", [$0.name: "NULL"], notNull, nil)
        }
    }

    /// Keys that nobody can tell from others by looking.
    private static let unseen = [
        ("empty", "''"), ("blank_first", "' V'"), ("blank_last", "'V '"), ("tab", "E'V\\t'"), ("line_end", "E'V\\n'"),
        ("no_break_space", "E'V\\u00a0V'"), ("zero_width", "E'V\\u200bV'"), ("byte_order_mark", "E'\\ufeffV'"),
    ]

    /// Numbers that the wire cannot carry without loss.
    private static let unexact = [
        ("nan", "'NaN'"), ("infinite", "'Infinity'"), ("nineteen_digits", "1.000000000000000001"),
        ("too_large", "1e128"), ("too_small", "1e-129"),
    ]

    /// Fields that a kind needs, or has no use for: a row of the kind, with one thing wrong.
    private static var kindAttempts: [Attempt] {
        let perpetual = ["kind": "'perpetual'", "settle_asset": "'V'"]
        let future = perpetual.merging(["kind": "'future'", "expires_at": "now()"]) { $1 }
        let option = future.merging(["kind": "'option'", "strike": "1", "option_type": "'call'"]) { $1 }
        let wrong: [(String, [String: String], [String: String])] = [
            ("spot_settled", [:], ["settle_asset": "'V'"]), ("spot_payoff", [:], ["payoff": "'linear'"]),
            ("spot_contract", [:], ["contract_size": "1"]), ("spot_expiring", [:], ["expires_at": "now()"]),
            ("perpetual_unsettled", perpetual, ["settle_asset": "NULL"]),
            ("perpetual_expiring", perpetual, ["expires_at": "now()"]),
            ("perpetual_strike", perpetual, ["strike": "1"]), ("future_unsettled", future, ["settle_asset": "NULL"]),
            ("future_endless", future, ["expires_at": "NULL"]), ("future_strike", future, ["strike": "1"]),
            ("option_unsettled", option, ["settle_asset": "NULL"]), ("option_endless", option, ["expires_at": "NULL"]),
            ("option_without_strike", option, ["strike": "NULL"]), ("option_untyped", option, ["option_type": "NULL"]),
        ]
        return wrong.map { name, row, change in
            symbol(name, row.merging(change) { $1 }, check, "symbols_kind_complete")
        }
    }

    private static var symbolAttempts: [Attempt] {
        var list = nullAttempts(of: SymbolColumn.self, symbol)
        for rules in SymbolColumn.table {
            let name = rules.name
            // The kind that may have any field, so that nothing else is wrong.
            func symbol(
                _ fault: String, _ change: [String: String], _ sqlState: String, _ constraint: String
            ) -> Attempt {
                Self.symbol(fault, ["kind": "'other'"].merging(change) { $1 }, sqlState, constraint)
            }
            switch rules.kind {
            case .text:
                for (fault, value) in unseen {
                    list.append(symbol("\(name)_\(fault)", [name: value], check, "symbols_\(name)_servable"))
                }
            case .name:
                list.append(symbol("\(name)_unknown", [name: "'SWAP'"], check, "symbols_\(name)_servable"))
            case .integer(let range) where rules.writer == .person:
                for value in [range.lowerBound - 1, range.upperBound + 1] {
                    list.append(symbol("\(name)_\(value)", [name: "\(value)"], check, "symbols_\(name)_range"))
                }
            case .decimal:
                list.append(symbol("\(name)_0", [name: "0"], check, "symbols_\(name)_positive"))
                for (fault, value) in unexact {
                    list.append(symbol("\(name)_\(fault)", [name: value], check, "symbols_\(name)_servable"))
                }
            case .time where rules.writer == .person:
                list.append(symbol("\(name)_infinite", [name: "'infinity'"], check, "symbols_times_servable"))
            case .integer, .flag, .time: break
            }
        }
        return list + kindAttempts + [
            symbol("unknown_exchange", [:], "23503"),
            symbol("assets_equal", ["quote_asset": "'VALIDATE1'"], check, "symbols_assets_differ"),
            symbol(
                "min_above_max", ["min_order_size": "2", "max_order_size": "1"], check, "symbols_order_size_range"),
            symbol("base_too_long", ["base_asset": "repeat('x', 26)"], "22001"),
            symbol(
                "base_too_long_in_bytes", ["base_asset": "repeat('é', 13)"], check, "symbols_base_asset_servable"),
            symbol("id_0", ["id": "0"], check, "symbols_id_servable"),
            Attempt(
                name: "symbols.instrument_twice",
                sql: insert(
                    "symbols", symbolColumns, [[:], ["id": "2147483646", "symbol_string": "'VALIDATE3'"]]),
                sqlState: unique, constraint: "symbols_live_identity_unique"),
            Attempt(
                name: "symbols.string_twice",
                sql: insert("symbols", symbolColumns, [[:], ["id": "2147483646", "base_asset": "'VALIDATE3'"]]),
                sqlState: unique, constraint: "symbols_live_string_unique"),
            Attempt(
                name: "symbols.id_twice",
                sql: insert(
                    "symbols", symbolColumns,
                    [[:], ["base_asset": "'VALIDATE3'", "symbol_string": "'VALIDATE3'"]]),
                sqlState: unique, constraint: "symbols_pkey"),
            Attempt(
                name: "symbols.id_by_hand", sql: insert("symbols", symbolColumns, [[:]], overriding: false),
                sqlState: "428C9"),
        ]
    }

    private static var exchangeAttempts: [Attempt] {
        nullAttempts(of: ExchangeColumn.self, exchange) + [
            exchange("name_empty", ["name": "''"], check, "exchanges_name_servable"),
            exchange("code_empty", ["enum_value": "''"], check, "exchanges_enum_value_servable"),
            exchange(
                "code_too_long_in_bytes", ["enum_value": "repeat('é', 26)"], check, "exchanges_enum_value_servable"),
            exchange("market_type_unknown", ["market_type": "'SWAP'"], check, "exchanges_market_type_servable"),
            exchange(
                "rate_limit_negative", ["rate_limit_requests_per_second": "-1"], check,
                "exchanges_rate_limit_servable"),
            exchange("precision_255", ["precision_default": "255"], check, "exchanges_precision_default_servable"),
            exchange("code_zero_width", ["enum_value": "E'V\\u200b'"], check, "exchanges_enum_value_servable"),
            exchange("name_blank_last", ["name": "'V '"], check, "exchanges_name_servable"),
            exchange("id_0", ["id": "0"], check, "exchanges_id_servable"),
            Attempt(
                name: "exchanges.code_twice",
                sql: insert("exchanges", exchangeColumns, [[:], ["id": "32766", "name": "'VALIDATE3'"]]),
                sqlState: unique, constraint: "exchanges_enum_value_key"),
            Attempt(
                name: "exchanges.name_twice",
                sql: insert("exchanges", exchangeColumns, [[:], ["id": "32766", "enum_value": "'VALIDATE3'"]]),
                sqlState: unique, constraint: "exchanges_name_key"),
            Attempt(
                name: "exchanges.id_by_hand", sql: insert("exchanges", exchangeColumns, [[:]], overriding: false),
                sqlState: "428C9"),
        ]
    }

    private static let aliasColumns = [
        "exchange_id": "32767", "symbol_string": "'VALIDATE'", "symbol_id": "2147483647", "created_at": "now()",
        "expires_at": "now()",
    ]

    private static func alias(
        _ name: String, _ changes: [String: String], _ sqlState: String, _ constraint: String? = nil
    ) -> Attempt {
        Attempt(
            name: "symbol_aliases.\(name)",
            sql: insert("symbol_aliases", aliasColumns, [changes], overriding: false), sqlState: sqlState,
            constraint: constraint)
    }

    private static var aliasAttempts: [Attempt] {
        [
            alias("unknown_symbol", [:], "23503"),
            alias("string_empty", ["symbol_string": "''"], check, "symbol_aliases_symbol_string_servable"),
            alias(
                "expired_when_made", ["expires_at": "now() - interval '1 day'"], check,
                "symbol_aliases_expires_later"),
            Attempt(
                name: "symbol_aliases.string_twice",
                sql: insert("symbol_aliases", aliasColumns, [[:], [:]], overriding: false), sqlState: unique,
                constraint: "symbol_aliases_pkey"),
        ]
    }

    func checkRefusals() throws(StoreError) {
        for attempt in Self.symbolAttempts + Self.exchangeAttempts + Self.aliasAttempts {
            try check("refuses.\(attempt.name)") { try judge(attempt) }
        }
    }

    func judge(_ attempt: Attempt) throws -> ValidationFinding {
        try connection.query(Statement(name: "begin an attempt", sql: "BEGIN ISOLATION LEVEL READ COMMITTED"))
        defer { _ = try? connection.query(Statement(name: "undo an attempt", sql: "ROLLBACK")) }
        try connection.query(Statement(name: "mark an attempt", sql: "SAVEPOINT attempt"))
        do throws(PostgreSQLError) {
            try connection.query(Statement(name: "attempt \(attempt.name)", sql: attempt.sql))
            return .failed("was accepted (and rolled back)")
        } catch {
            if error.isConnectionLost || error.sqlState == "25006" { throw error }
            if error.constraintName == "symbols_pkey", attempt.constraint != "symbols_pkey" {
                return .skipped("a symbol has the id that is needed to try it, one of the last two that there are")
            }
            guard error.sqlState == attempt.sqlState else { return .failed("was refused for another reason: \(error)") }
            guard let constraint = attempt.constraint, error.constraintName != constraint else {
                return .passed(error.constraintName ?? error.message)
            }
            return .failed("was refused by \(error.constraintName ?? "nothing named"), not by \(constraint)")
        }
    }
}
