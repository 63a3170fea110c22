import ReferenceData
import ReferenceStore

/// Prints the row that a management command left.
enum ManagedRecord {
    enum Outcome: String {
        case inserted, updated, unchanged
    }

    static func write(_ row: ManagedExchange, outcome: Outcome, _ format: OutputFormat) {
        let exchange = row.exchange
        var record = RecordWriter(format)
        record.add("outcome", .text(outcome.rawValue))
        for (column, cell) in zip(ExchangeRow.columns, ExchangeRow.cells(exchange)) { record.add(column.name, cell) }
        record.add("base_url", Cell(exchange.baseURL))
        record.add("websocket_url", Cell(exchange.websocketURL))
        record.add("created_at", Cell(exchange.createdAt))
        record.add("updated_at", Cell(exchange.updatedAt))
        record.finish()
    }

    static func write(_ change: ManagedChange<ManagedExchange>, _ format: OutputFormat) {
        write(change.after, outcome: change.isChange ? .updated : .unchanged, format)
    }

    static func write(_ row: ManagedSymbol, outcome: Outcome, _ format: OutputFormat) {
        var record = RecordWriter(format)
        add(row, outcome, &record)
        record.finish()
    }

    static func write(_ change: ManagedChange<ManagedSymbol>, _ format: OutputFormat) {
        write(change.after, outcome: change.isChange ? .updated : .unchanged, format)
    }

    static func write(_ rename: SymbolRename, _ format: OutputFormat) {
        let change = rename.change
        var record = RecordWriter(format)
        add(change.after, change.isChange ? .updated : .unchanged, &record)
        record.add("former_symbol", .text(change.before.symbol.symbolString.description))
        record.add("alias_expires_at", rename.aliasExpiresAt.map { Cell($0) } ?? .absent)
        record.finish()
    }

    private static func add(_ row: ManagedSymbol, _ outcome: Outcome, _ record: inout RecordWriter) {
        let symbol = row.symbol
        record.add("outcome", .text(outcome.rawValue))
        record.add("exchange", .text(row.exchangeCode))
        record.add("symbol", .text(symbol.symbolString.description))
        record.add("symbol_id", Cell(symbol.id))
        record.add("exchange_id", Cell(symbol.exchangeId))
        record.add("base_asset", .text(symbol.baseAsset.description))
        record.add("quote_asset", .text(symbol.quoteAsset.description))
        record.add("is_active", .boolean(symbol.isActive))
        record.add("precision_price", Cell(symbol.precisionPrice))
        record.add("precision_base", Cell(symbol.precisionBase))
        record.add("precision_quote", Cell(symbol.precisionQuote))
        record.add("min_order_size", Cell(symbol.minOrderSize))
        record.add("max_order_size", Cell(symbol.maxOrderSize))
        record.add("tick_size", Cell(symbol.tickSize))
        record.add("step_size", Cell(symbol.stepSize))
        record.add("created_at", Cell(symbol.createdAt))
        record.add("updated_at", Cell(symbol.updatedAt))
        record.add("last_seen", Cell(symbol.lastSeen))
    }
}
